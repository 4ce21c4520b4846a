// The compiled playbook of the tests, made by the engine itself.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** `words` are for the example `compile`: `--sign`, a number. */
export const compiled = (draft = readFileSync(at("playbook.json")), words = []) =>
  execFileSync("cargo", ["run", "--quiet", "-p", "parvis-browser", "--example", "compile", "--", ...words], {
    cwd: at("../../.."),
    input: draft,
    stdio: ["pipe", "pipe", "inherit"],
  });

/** The cookie of vanilla-cookieconsent with these categories accepted. */
export function banner(...categories) {
  const now = new Date().toISOString();
  const choice = { categories: ["necessary", ...categories], revision: 0, data: null, consentTimestamp: now, consentId: "1", services: {}, lastConsentTimestamp: now };
  return `cc_cookie=${encodeURIComponent(JSON.stringify(choice))}`;
}
