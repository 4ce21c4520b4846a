// Law (f) of consent: the edge's engine, natively, and the browser's module permit the same on the same flags.
//
// Thousands of visitors, drawn from real and broken flags: the same text goes to `parvis consent --batch` as a `Cookie`
// header and to the module as `document.cookie`. Seen red with each of the bugs that `tests/model/planted.json` has for law (f),
// planted by hand and, where they are in src/question.rs, built with `cargo xtask npm`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { decode, encode } from "../js/wire.js";
import { compiled, ours } from "./playbook.mjs";

const root = new URL("../../../", import.meta.url);
const dist = new URL("../dist/", import.meta.url);
const { Core, initSync } = await import(new URL("core.js", dist));
initSync({ module: new WebAssembly.Module(readFileSync(new URL("core.wasm", dist))) });

const COUNT = process.env.PARVIS_LONG ? 100_000 : 6_000;
const NOW = Date.parse("2026-11-21T12:00:00Z");
const DAY = 86_400_000;
const REGIONS = ["FR", "GB", "US", "US-CA", "us-ca", "US-TX", "CA-QC", "CH", "ZZ", ""];
const PLAYBOOKS = ["07-shop", "08-consent", "09-consent-strict"];

const vectors = JSON.parse(readFileSync(new URL("fixtures/consent/vectors.json", root), "utf8"));
const flags = vectors.flatMap(({ cookies }) => Object.entries(cookies));
// Some banners write to web storage instead, and what the page's interfaces say is asked under keys with an `@`.
const storage = vectors.flatMap(({ localStorage = {} }) => Object.entries(localStorage)).concat(flags);
for (const [name, value] of flags) {
  if (name.includes("consent-v2")) storage.push(["@tcf", value]);
  if (name === "gpp") storage.push(["@gpp", value]);
}
storage.push(["@consent-mode", "personalization_storage:granted,ad_user_data:granted,analytics_storage:denied"]);
flags.push(["parvis-consent", "1.6abcde00.3ff.0.0.1"], ["parvis-consent", "1.6abcde00.4.3f8.11"], ["choices", "%7B%22reco%22%3Atrue%7D"]);
flags.push(["klaro", "%7B%22reco%22%3Atrue%7D"], ["tarteaucitron", "!reco=true"], ["eu-consent", "{%22reco%22:true%2C%22stats%22:false}"]);

/** A generator with a fixed seed (mulberry32): a failure comes again. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const next = random(20261121);
const below = (count) => Math.floor(next() * count);
const pick = (list) => list[below(list.length)];

/** A value as it is, cut, or with a character changed. */
function spoiled(value) {
  const at = below(value.length + 1);
  switch (below(6)) {
    case 0:
      return value.slice(0, at);
    case 1:
      return value.slice(0, at) + pick([..."aZ0_-.~!%,:{}\"' "]) + value.slice(at + 1);
    default:
      return value;
  }
}

function visitor(id) {
  const some = Array.from({ length: below(6) }, () => pick(flags));
  const cookie = some.map(([name, value]) => `${name}=${spoiled(value)}`).join("; ");
  const kept = below(3) === 0 ? [pick(storage)] : [];
  const now = below(3) === 0 ? NOW + below(800 * DAY) - 100 * DAY : NOW;
  return { id, cookie, region: pick(REGIONS), gpc: below(4) === 0, dnt: below(6) === 0, kept: kept.map(([name, value]) => [name, spoiled(value)]), now };
}

/** The cookies after the module has said what becomes of the mirror: `=value; …` writes it under its first name, empty deletes it. */
function mirrored(cookie, { mirror, mirrors }) {
  if (mirror !== "" && !mirror.startsWith("=")) return cookie;
  const names = mirrors.split(" ");
  const others = cookie.split("; ").filter((one) => one && !names.some((name) => one.startsWith(name + "=")));
  return others.concat(mirror ? names[0] + mirror.split(";")[0] : []).join("; ");
}

/** What the edge permits, by the visitor's number. */
function atTheEdge(visitors, playbook) {
  const lines = visitors.map(({ id, cookie, region, gpc, dnt, kept, now }) => {
    const headers = { ...(cookie && { cookie }), ...(gpc && { "Sec-GPC": "1" }), ...(dnt && { DNT: "1" }) };
    return JSON.stringify({ id, headers, localStorage: Object.fromEntries(kept), region, now: new Date(now).toISOString() });
  });
  const file = fileURLToPath(new URL(`fixtures/playbooks/valid/${playbook}.json`, root));
  const words = ["consent", "--batch", "-", "--playbook", file];
  const output = ours("PARVIS_COMMAND", ["-p", "parvis-cli"], words, { input: lines.join("\n"), maxBuffer: 1 << 30 });
  return output.toString().trim().split("\n").map((line) => JSON.parse(line));
}

for (const playbook of PLAYBOOKS) {
  test(`edge and browser permit the same under ${playbook}`, (context) => {
    const visitors = Array.from({ length: COUNT / PLAYBOOKS.length }, (_, id) => visitor(id));
    const core = new Core(compiled(readFileSync(new URL(`fixtures/playbooks/valid/${playbook}.json`, root))));
    context.mock.timers.enable({ apis: ["Date"], now: NOW });
    const browser = visitors.map((one) => {
      context.mock.timers.setTime(one.now);
      const question = { cookies: one.cookie, country: one.region, gpc: one.gpc, dnt: one.dnt, edge: true, storage: one.kept };
      return decode(core.decide(undefined, encode(question), new Uint8Array(32)));
    });
    // The module brings the mirror up to date first, and the edge sees that with the next request.
    const edge = atTheEdge(visitors.map((one, index) => ({ ...one, cookie: mirrored(one.cookie, browser[index]) })), playbook);
    assert.equal(edge.length, visitors.length);
    const seen = new Set();
    for (const [index, one] of visitors.entries()) {
      const mine = browser[index].purposes.map(({ purpose, state, decision }) => `${purpose}:${state}:${decision}`);
      const theirs = Object.entries(edge[index].purposes).map(([purpose, { state, decision }]) => `${purpose}:${state}:${decision}`);
      assert.deepEqual(mine, theirs, JSON.stringify(one));
      seen.add(mine.join());
    }
    assert.ok(seen.size >= 40, `only ${seen.size} different answers, so this proves little`);
    context.diagnostic(`${visitors.length} visitors, ${seen.size} different answers`);
  });
}
