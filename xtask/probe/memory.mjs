// How far the memory of the engine's module grows while it rewrites: `node memory.mjs stream.wasm BYTES`. Fails where that is
// more than BYTES beyond what passing the same page through takes, and where it grows with the page.
import { readFileSync } from "node:fs";

const MIB = 1024 * 1024;
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const most = Number(process.argv[3]);
const long = Boolean(process.env.PARVIS_LONG);

/** Bytes of memory that a fresh instance has after this work, and what the work returned. */
function after(work) {
  const { exports } = new WebAssembly.Instance(module);
  const left = work(exports) >>> 0;
  return [exports.memory.buffer.byteLength, left];
}

const failures = most > 0 ? [] : ["no limit was given"];
const [passing, came] = after((engine) => engine.pass_heavy());
const [rewriting, left] = after((engine) => engine.rewrite_heavy());
console.log(`heavy page, ${came} bytes: ${passing} bytes of memory passing through, ${rewriting} rewriting and planning`);
if (came < 6 * MIB || left >= came) failures.push(`the heavy page has ${came} bytes, of which ${left} left`);
if (rewriting - passing > most) failures.push(`rewriting takes ${rewriting - passing} bytes more than passing through`);

for (let page = 0; page < new WebAssembly.Instance(module).exports.endless_pages(); page += 1) {
  const bytes = long ? 1024 : page === 1 ? 200 : 8;
  const [early] = after((engine) => engine.rewrite_endless(page, 1));
  const [late, left] = after((engine) => engine.rewrite_endless(page, bytes));
  console.log(`endless page ${page}: ${early} bytes of memory after 1 MiB, ${late} after ${bytes} MiB`);
  if (left < MIB) failures.push(`only ${left} bytes of endless page ${page} left`);
  if (early !== late) failures.push(`endless page ${page} takes ${late} bytes after ${bytes} MiB, ${early} after one`);
  if (late - passing > most) failures.push(`endless page ${page} takes ${late - passing} bytes`);
}
if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exit(1);
}
