/**
 * `parvis`: everything in one file. The module travels as text and is compiled when it is first needed.
 */

import { base64 } from "./bytes.js";
import { starter } from "./client.js";
import { Core, initSync } from "./core.js";

export const start = starter(async () => {
  initSync({ module: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) });
  return Core;
});
