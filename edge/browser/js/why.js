/**
 * The module that also says why: a file of its own, loaded when somebody asks, so that no page carries it before.
 */

import { base64 } from "./why/bytes.js";
import { Core, initSync } from "./why/core.js";

/** @returns {Promise<import("./engine.js").CoreClass>} */
export async function load() {
  initSync({ module: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) });
  return Core;
}
