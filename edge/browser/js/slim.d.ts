import type { Options, Parvis } from "./index.js";
export type * from "./index.js";

/** The module `parvis/core.wasm`: its address, its bytes, or compiled. */
export type Module = string | URL | Response | Promise<Response> | ArrayBuffer | Uint8Array | WebAssembly.Module;

/** As in `parvis`, with the WebAssembly module from you. */
export function start(options: Options & { wasm: Module }): Parvis;
