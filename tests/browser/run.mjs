// Runs the browser tests: node tests/browser/run.mjs [NAME…]
//
// The demo shop in Chromium, behind the Fastly module under Viceroy and behind the native host; real banners, clicked. `cargo xtask test
// --only browser` builds what they need and calls this; alone it takes what an earlier build has left. A NAME runs only
// the tests whose name contains it.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { missing } from "./places.mjs";

const FILES = ["fastly.test.mjs", "native.test.mjs", "banners-native.test.mjs", "banners-fastly.test.mjs"];

const absent = missing();
if (absent.length > 0) {
  console.error(`tests/browser: missing:\n  ${absent.join("\n  ")}\nBuild and run with: cargo xtask test --only browser`);
  process.exit(2);
}

const escape = (name) => name.replace(/[^\w ]/g, "\\$&");
const options = ["--test", "--test-reporter=spec", "--test-timeout=480000", "--test-concurrency=2"];
const names = process.argv.slice(2).map((name) => `--test-name-pattern=${escape(name)}`);
const files = FILES.map((file) => fileURLToPath(new URL(file, import.meta.url)));

const tests = spawn(process.execPath, [...options, ...names, ...files], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => tests.kill(signal));
tests.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
