// How a test in Node that cannot run says so; `src/lib.rs` says what becomes of it.
import { appendFileSync, readFileSync } from "node:fs";

const inCi = !["", "0", "false"].includes(process.env.CI ?? "");

/** Says that the checks of this name cannot run, and why; returns the reason, which `node:test` takes as `skip`. */
export function skip(name, why) {
  if (line(`skipped\t${name}\t${why}`)) return why;
  const rows = readFileSync(new URL("table.tsv", import.meta.url), "utf8").split("\n").map((row) => row.split("\t"));
  const row = rows.find(([first]) => first === name);
  const said = `skipped: ${name} (${row ? row.slice(2).join(" ") : "not in tests/skip/table.tsv"}): ${why}`;
  if (inCi) throw new Error(said);
  console.error(said);
  return why;
}

/** Says that the checks of this name run, and how many they are. */
export function ran(name, checks) {
  line(`ran\t${name}\t${checks}`);
}

function line(text) {
  if (!process.env.PARVIS_SKIPS) return false;
  appendFileSync(process.env.PARVIS_SKIPS, `${text}\n`);
  return true;
}
