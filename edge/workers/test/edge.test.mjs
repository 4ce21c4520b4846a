// `parvis/edge` in Node: what no case can show, because it is about memory, traps and what a runtime's `fetch` does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";
import zlib from "node:zlib";

import { compiled } from "../../browser/test/playbook.mjs";
import { open, personalize } from "../dist/edge.js";

const bytes = readFileSync(new URL("../dist/edge.wasm", import.meta.url));
const playbook = compiled();
const PAGE = "<!doctype html><title>Shop</title><div data-block=hero><h1>Welcome</h1></div>";
const SPRING = PAGE.replace("Welcome", "Spring");
const HTML = { "content-type": "text/html; charset=utf-8" };
const SALE = "https://shop.example/?utm_campaign=spring";

const opened = () => open({ module: bytes, playbook });
const ask = (parvis, origin, more = {}, request = new Request(SALE)) =>
  personalize(request, { parvis, origin, decodes: "always", ...more });
const page = (headers = {}, body = PAGE) => () => new Response(body, { headers: { ...HTML, ...headers } });

test("a page is rewritten, with one record", async () => {
  const records = [];
  const response = await ask(opened(), page(), { record: (line) => records.push(JSON.parse(line)) });
  assert.equal(await response.text(), SPRING);
  assert.equal(records.length, 1);
  assert.equal(records[0].reason, "placed");
});

test("what is not rewritten is handed on as it is", async () => {
  const origin = new Response("{}", { headers: { "content-type": "application/json" } });
  const { body } = origin;
  assert.equal((await ask(opened(), () => origin)).body, body);
});

test("visitors who leave leave nothing behind", async () => {
  const parvis = opened();
  let gone = 0;
  const piece = new TextEncoder().encode(PAGE + "<p>more".repeat(500));
  const slow = () => {
    let sent = 0;
    const pull = (controller) => (sent++ < 2 ? controller.enqueue(piece) : new Promise(() => {}));
    return new Response(new ReadableStream({ pull, cancel: () => void gone++ }), { headers: HTML });
  };
  const leave = async () => {
    const reader = (await ask(parvis, slow)).body.getReader();
    await reader.read();
    await reader.cancel("left");
  };
  for (let i = 0; i < 50; i++) await leave();
  const before = parvis.memory;
  for (let i = 0; i < 500; i++) await leave();
  assert.equal(parvis.memory, before);
  assert.equal(gone, 550);
});

test("another playbook counts from the next request on, and the one before is freed", async () => {
  const parvis = open({ module: bytes });
  assert.equal(parvis.refused, "no-playbook");
  assert.equal(await (await ask(parvis, page())).text(), PAGE);
  parvis.reload({ playbook });
  assert.equal(parvis.refused, "");
  const underWay = await ask(parvis, page());
  parvis.reload({ playbook: new Uint8Array(7) });
  assert.equal(await underWay.text(), SPRING);
  assert.equal(parvis.refused, "playbook-damaged");
  for (let i = 0; i < 20; i++) parvis.reload({ playbook });
  const before = parvis.memory;
  for (let i = 0; i < 200; i++) parvis.reload({ playbook });
  assert.equal(parvis.memory, before);
});

test("after a trap the page passes through, without our cookies, and the next one is personalized", async (t) => {
  t.mock.method(console, "error", () => {});
  const parvis = opened();
  const { begin } = parvis;
  parvis.begin = function (...all) {
    const talk = begin.apply(this, all);
    talk.ask(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
    return talk;
  };
  let asked;
  const origin = (request) => {
    asked = request;
    return page()();
  };
  const headers = { cookie: "a=1; parvis-visit=a~ilamp", "cf-ipcountry": "US", "parvis-x": "1" };
  const response = await ask(parvis, origin, {}, new Request(SALE, { headers }));
  assert.equal(await response.text(), PAGE);
  assert.deepEqual([asked.headers.get("cookie"), asked.headers.get("cf-ipcountry"), asked.headers.get("parvis-x")], ["a=1", null, null]);
  delete parvis.begin;
  assert.equal(await (await ask(parvis, page())).text(), SPRING);
});

test("a module of another realm is a module", async () => {
  const module = vm.runInNewContext("new WebAssembly.Module(bytes)", { bytes });
  assert.equal(module instanceof WebAssembly.Module, false);
  assert.equal(await (await ask(open({ module, playbook }), page())).text(), SPRING);
});

test("the head of a decoded body does not say that it is coded", async () => {
  const coded = page({ "content-encoding": "gzip", "content-length": "31", etag: '"a"' });
  // Node's `Response` does not decode what it is made of: this is what `fetch` gives, plain bytes under the origin's head.
  for (const [decodes, url, expected] of [
    ["always", SALE, [null, null, SPRING]],
    ["always", "https://shop.example/", [null, null, PAGE]],
    ["when-read", SALE, [null, null, SPRING]],
    ["when-read", "https://shop.example/", ["gzip", "31", PAGE]],
    // The engine asks for `identity`: what comes coded all the same is not decoded, and passes.
    ["unless-identity", SALE, ["gzip", "31", PAGE]],
    ["unless-identity", "https://shop.example/", [null, null, PAGE]],
    ["never", SALE, ["gzip", "31", PAGE]],
  ]) {
    const request = new Request(url, { headers: { "accept-encoding": "gzip" } });
    const response = await ask(opened(), coded, { decodes }, request);
    const { headers } = response;
    const seen = [headers.get("content-encoding"), headers.get("content-length"), await response.text()];
    assert.deepEqual(seen, expected, `${decodes} ${url}`);
  }
  const brotli = zlib.brotliCompressSync(PAGE);
  const unread = await ask(opened(), page({ "content-encoding": "x-unknown" }, brotli));
  assert.equal(unread.headers.get("content-encoding"), "x-unknown");
  await assert.rejects(ask(opened(), page(), { decodes: undefined }), /decodes must be one of/);
});

test("several cookies stay several, and HEAD has no length of another body", async () => {
  const origin = () => {
    const headers = new Headers(HTML);
    for (const line of ["a=1", "b=2"]) headers.append("set-cookie", line);
    headers.set("content-length", "76");
    return new Response(null, { headers });
  };
  const response = await ask(opened(), origin, {}, new Request(SALE, { method: "HEAD" }));
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.equal(response.headers.get("content-length"), null);
});

test("an unknown region stays unknown", async () => {
  for (const geo of [undefined, {}, { region: null }, { region: "" }]) {
    let record;
    await (await ask(opened(), page(), { geo, record: (line) => void (record = line) })).text();
    // In an opt-out region an unasked visitor may be measured.
    assert.match(record, /"allowed":\["necessary","contextual"\]/);
  }
});

test("an origin that fails is our own error, and one that breaks off breaks the page", async () => {
  const refused = await ask(opened(), () => Promise.reject(new Error("refused")));
  assert.deepEqual([refused.status, refused.headers.get("cache-control")], [502, "no-store"]);
  let record;
  const pull = (controller) => controller.error(new Error("gone"));
  const broken = () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { headers: HTML });
  const response = await ask(opened(), broken, { record: (line) => void (record = JSON.parse(line)) });
  await assert.rejects(response.text(), /gone/);
  assert.equal(record.reason, "origin-broke");
  const silent = () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }), { headers: HTML });
  await assert.rejects((await ask(opened(), silent, { patience: 20 })).text(), /silent/);
});
