// The compiled playbook of the tests, made by the engine itself.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Runs a program of this repository: the one that `cargo xtask test` names as `variable`, else cargo builds it. */
export function ours(variable, build, words, options) {
  const built = process.env[variable];
  const [program, before] = built ? [built, []] : ["cargo", ["run", "--quiet", ...build, "--"]];
  return execFileSync(program, [...before, ...words], { cwd: at("../../.."), stdio: ["pipe", "pipe", "inherit"], ...options });
}

/** `words` are for the example `compile`: `--sign`, a number. */
export const compiled = (draft = readFileSync(at("playbook.json")), words = []) =>
  ours("PARVIS_COMPILER", ["-p", "parvis-browser", "--example", "compile"], words, { input: draft });

/** The cookie of vanilla-cookieconsent with these categories accepted. */
export function banner(...categories) {
  const now = new Date().toISOString();
  const choice = { categories: ["necessary", ...categories], revision: 0, data: null, consentTimestamp: now, consentId: "1", services: {}, lastConsentTimestamp: now };
  return `cc_cookie=${encodeURIComponent(JSON.stringify(choice))}`;
}
