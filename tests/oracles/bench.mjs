// Times of the IAB's JavaScript decoders, when told to: `cargo xtask bench consent` asks for one round after the other.
//
// The first line of standard input is a list of {"kind", "text"}; it is answered when everything has run long enough to be
// compiled. Every further line asks for a round and is answered with the nanoseconds of one decode of each string.

import { createInterface } from "node:readline";
import { TCString } from "@iabtechlabtcf/core";
import { GppModel, Sections } from "@iabgpp/cmpapi";

const WARM_MS = 400;
const LEAST_MS = 1;

let kept;

function tcf(text) {
  kept = TCString.decode(text);
}

/** The model decodes a section when it is first asked for. */
function gpp(text) {
  const model = new GppModel(text);
  for (const id of model.getSectionIds()) kept = model.getSection(Sections.SECTION_ID_NAME_MAP.get(id));
}

const DECODERS = { tcf, gpp };

function time({ kind, text }, least) {
  const decode = DECODERS[kind];
  const started = performance.now();
  let passes = 0;
  let elapsed = 0;
  do {
    decode(text);
    passes += 1;
    elapsed = performance.now() - started;
  } while (elapsed < least);
  return (elapsed * 1e6) / passes;
}

let strings;
for await (const line of createInterface({ input: process.stdin })) {
  if (strings) {
    process.stdout.write(`${JSON.stringify(strings.map((string) => time(string, LEAST_MS)))}\n`);
    continue;
  }
  strings = JSON.parse(line);
  for (const string of strings) time(string, WARM_MS);
  process.stdout.write(`${JSON.stringify(kept !== undefined)}\n`);
}
