/**
 * `parvis/slim`: without the module, which comes from the caller as an address, bytes or a compiled module.
 */

import { starter } from "./client.js";
import init, { Core } from "./core.js";

export const start = starter(async (options) => {
  await init({ module_or_path: /** @type {any} */ (options).wasm });
  return Core;
});
