// The real module, in Node: texts in, texts out.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { decode, encode } from "../js/wire.js";
import { banner, compiled } from "./playbook.mjs";

const dist = new URL("../dist/", import.meta.url);
const { Core, initSync } = await import(new URL("core.js", dist));
const module = new WebAssembly.Module(readFileSync(new URL("core.wasm", dist)));
initSync({ module });
const core = new Core(compiled());

const page = (pathname, search = "") => ({ location: { pathname, search }, navigator: { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" } });
const ask = (place, question) => decode(core.decide(place, encode({ gpc: false, edge: true, ...question }), new Uint8Array(32).fill(7)));
const find = (answer, block) => answer.decisions.find((decision) => decision.block === block);

test("the module decides as the engine does natively", () => {
  const question = { cookies: banner("functionality"), events: [{ view: { item: "desk-lamp" } }] };
  const answer = ask(page("/"), question);
  assert.equal(find(answer, "hero").campaign, "hero-lamps");
  assert.equal(find(answer, "recent").content, '+<ul><li><a href="/p/desk-lamp">Desk &lt;lamp&gt;</a></li></ul>');
  assert.match(answer.visit, /^=a~/);
  assert.deepEqual(ask(page("/"), question), answer, "the same question has the same answer");
});

test("the address comes from the window that is handed in", () => {
  const answer = ask(page("/", "?utm_campaign=spring"), { cookies: "" });
  assert.equal(find(answer, "hero").content, "+<h1>Spring</h1>");
  assert.equal(ask(page("/imprint"), { cookies: "" }).refused, "path");
});

test("without a window it tells permits and opens nothing", () => {
  const answer = ask(undefined, { cookies: `${banner("functionality")}; parvis-visit=a~idesk-lamp` });
  assert.ok(answer.allowed.includes("session_personalization"));
  assert.deepEqual([answer.visit, answer.memory, answer.decisions], ["*", "*", []]);
});

test("a damaged playbook is refused with its reason", () => {
  const damaged = compiled();
  damaged[damaged.length >> 1] ^= 1;
  const answer = decode(new Core(damaged).decide(page("/"), encode({ cookies: "", gpc: false, edge: true }), new Uint8Array(32)));
  assert.match(answer.refused, /^playbook-/);
});

test("garbage in the cookie is absent, not fatal", () => {
  for (const size of [0, 1, 4_096, 40_000]) {
    const garbage = Array.from({ length: size }, (_, at) => String.fromCharCode(33 + ((at * 7919) % 90))).join("");
    const answer = ask(page("/"), { cookies: `parvis-visit=${garbage}; ${garbage}; cc_cookie=${garbage}; ${garbage}` });
    assert.equal(find(answer, "hero").reason, "not-permitted");
    assert.equal(answer.visit, "");
  }
});

test("the module imports nothing but the glue", () => {
  const modules = new Set(WebAssembly.Module.imports(module).map((entry) => entry.module));
  assert.ok([...modules].every((name) => name.startsWith("./core_bg")), [...modules].join());
});

test("sizes", (context) => {
  for (const name of ["core.wasm", "core.js", "slim.js", "index.js", "explain.js", "why.js"]) {
    const bytes = readFileSync(new URL(name, dist));
    context.diagnostic(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzip`);
  }
});
