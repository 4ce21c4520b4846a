// The module that was built with a public key, in Node: it takes what was signed with the private one, and nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { decode, encode } from "../js/wire.js";
import { ran, skip as skipped } from "../../../tests/skip/skip.mjs";
import { compiled } from "./playbook.mjs";

const folder = process.env.PARVIS_SIGNED_CORE;
const skip = folder ? false : skipped("signed core", "no PARVIS_SIGNED_CORE: `cargo xtask test` builds it");

test("only a playbook that was signed with its key decides anything", { skip }, async () => {
  const { Core, initSync } = await import(pathToFileURL(join(folder, "core.js")));
  initSync({ module: new WebAssembly.Module(readFileSync(join(folder, "core_bg.wasm"))) });
  const page = { location: { pathname: "/", search: "?utm_campaign=spring" }, navigator: { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" } };
  const ask = (playbook) => {
    const core = new Core(playbook);
    const answer = decode(core.decide(page, encode({ cookies: "", gpc: false, edge: true }), new Uint8Array(32)));
    return { marker: core.marker(), refused: answer.refused, hero: answer.decisions.find(({ block }) => block === "hero")?.content };
  };
  const sign = (seed) => compiled(undefined, ["--sign", String(seed)]);
  const signed = sign(1);
  ran("signed core", 4);
  assert.deepEqual(ask(signed), { marker: "data-block", refused: "", hero: "+<h1>Spring</h1>" });

  const tampered = Buffer.from(signed);
  tampered[tampered.indexOf("Spring")] ^= 0x20;
  const others = { "unsigned": compiled(), "signed with another key": sign(2), "tampered with": tampered };
  for (const [what, playbook] of Object.entries(others)) {
    assert.deepEqual(ask(playbook), { marker: "", refused: "playbook-damaged", hero: undefined }, what);
  }
});
