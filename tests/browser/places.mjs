// Where the built programs and files are: as `cargo xtask test` says in the environment, else where it leaves them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TARGET = join(ROOT, process.env.CARGO_TARGET_DIR ?? "target");
/** Pictures of the shop, for people to look at. */
export const PICTURES = join(TARGET, "browser-tests");

export const places = {
  chromium: process.env.PARVIS_CHROMIUM || "/usr/bin/chromium",
  host: process.env.PARVIS_HOST || join(TARGET, "debug/parvis-host"),
  command: process.env.PARVIS_COMMAND || join(TARGET, "debug/parvis"),
  package: process.env.PARVIS_PACKAGE || join(ROOT, "edge/browser/dist/index.js"),
  shop: process.env.PARVIS_SHOP || join(TARGET, "demo-shop"),
  xtask: process.env.PARVIS_XTASK || join(TARGET, "debug/xtask"),
};

/** What is not there, one line each. */
export function missing() {
  return Object.entries(places).filter(([, place]) => !existsSync(place)).map(([name, place]) => `${name}: ${place}`);
}
