// Runs the browser tests: node tests/browser/run.mjs [NAME…]
//
// The demo shop in Chromium, and real banners, clicked, behind every host that tests/hosts can start. `cargo xtask test --only browser` builds
// what they need and calls this; alone it takes what an earlier build has left. A NAME runs only the tests whose name contains it.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { missing, PICTURES, places } from "./places.mjs";

/** Each has a default export that sets up its tests for one host. */
const SUITES = ["shop", "banners/clicked"];

const absent = missing();
if (absent.length > 0) {
  console.error(`tests/browser: missing:\n  ${absent.join("\n  ")}\nBuild and run with: cargo xtask test --only browser`);
  process.exit(2);
}

// node runs the tests of one file in a process of their own: a file for each suite and host.
const hosts = execFileSync(places.host, { encoding: "utf8" }).trim().split("\n");
mkdirSync(PICTURES, { recursive: true });
const files = SUITES.flatMap((suite) => hosts.map((host) => {
  const file = join(PICTURES, `${suite.replace("/", "-")}-${host}.test.mjs`);
  const module = new URL(`./${suite}.mjs`, import.meta.url).href;
  writeFileSync(file, `import suite from ${JSON.stringify(module)};\n\nsuite(${JSON.stringify(host)});\n`);
  return file;
}));

const escape = (name) => name.replace(/[^\w ]/g, "\\$&");
const options = ["--test", "--test-reporter=spec", "--test-timeout=1200000", "--test-concurrency=2"];
const names = process.argv.slice(2).map((name) => `--test-name-pattern=${escape(name)}`);

const tests = spawn(process.execPath, [...options, ...names, ...files], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => tests.kill(signal));
tests.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
