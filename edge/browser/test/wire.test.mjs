// The flat texts of the boundary, and the edge's decisions in Server-Timing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { hash } from "../js/storage.js";
import { parse } from "../js/timing.js";
import { decode, encode } from "../js/wire.js";

const question = (more) => encode({ cookies: "", gpc: false, edge: false, ...more }).split("\0");

test("a question has six fields, then records of three", () => {
  const fields = question({
    cookies: "a=1",
    country: "FR",
    gpc: true,
    edge: true,
    storage: [["ucData", "{}"]],
    locale: ["fr-CH,en", "https://www.bing.com/"],
    network: ["on", "4g"],
    settled: true,
    choice: ["0 measurement", "profile"],
    shown: [["hero", "hero-spring"]],
    events: [{ view: { item: "desk-lamp" } }, { cart: [{ item: "oak-desk", quantity: 2 }, { item: "stool" }] }, { dismiss: "hero-spring" }, { bought: [{ item: "oak-desk", category: "desks", quantity: 2 }, { item: "stool" }] }, { declare: { trip: "2027-05-01", birthday: null } }, { prefer: ["sport", "running"] }, { prefer: ["size", null] }, { view: { search: "Desk lamp" } }],
  });
  assert.deepEqual(fields.slice(0, 6), ["a=1", "FR", "1", "1", "", ""]);
  assert.deepEqual(fields.slice(6), [
    ...["s", "ucData", "{}"],
    ...["h", "fr-CH,en", "https://www.bing.com/"],
    ...["n", "on", "4g"],
    ...["w", "", ""],
    ...["a", "0 measurement", "profile"],
    ...["b", "hero", "hero-spring"],
    ...["v", "desk-lamp", ""],
    ...["c", "", ""],
    ...["l", "oak-desk", "2"],
    ...["l", "stool", "1"],
    ...["d", "hero-spring", ""],
    ...["p", "oak-desk", "desks"],
    ...["q", "2", ""],
    ...["p", "stool", ""],
    ...["o", "trip", "2027-05-01"],
    ...["o", "birthday", ""],
    ...["r", "sport", "running"],
    ...["r", "size", ""],
    ...["v", "", ""],
    ...["f", "Desk lamp", ""],
  ]);
});

test("no value can shift the fields behind it", () => {
  const fields = question({ events: [{ view: { item: "a\0v\0b", category: "c\0" } }] });
  assert.deepEqual(fields.slice(6), ["v", "avb", "c"]);
  assert.equal(question({ memory: "" })[5], "=", "empty memory is not absent memory");
});

test("an answer is read back, and one cut short loses only its last block", () => {
  const head = ["", "=a", "*", " necessary:unknown:exempt profile:denied:block", " hour device", "=1.0", "my-consent parvis-consent", "fr\nhero"];
  const row = ["hero", "spring", "green", "matched", "+<p>1</p>", "008"];
  const answer = decode([...head, ...row, "recent", "", ""].join("\0"));
  assert.deepEqual([answer.allowed, answer.bits], [["necessary"], 1]);
  assert.deepEqual(answer.purposes[1], { purpose: "profile", state: "denied", decision: "block" });
  assert.deepEqual(answer.signals, ["hour", "device"]);
  assert.deepEqual([answer.mirror, answer.mirrors, answer.why], ["=1.0", "my-consent parvis-consent", "fr\nhero"]);
  assert.deepEqual(answer.decisions, [
    { block: "hero", campaign: "spring", variant: "green", reason: "matched", content: "+<p>1</p>", needs: "008" },
  ]);
  assert.deepEqual(decode("path\0*\0").allowed, []);
});

test("the edge's decisions are read from its timing entry", () => {
  const { shown, needs } = parse("hero=hero-spring/green:018 for-you a:b=c:d/e:f: nonsense= =:x");
  assert.deepEqual([...shown.keys()], ["hero", "for-you", "a:b"]);
  assert.deepEqual(shown.get("hero"), {
    block: "hero", campaign: "hero-spring", variant: "green", reason: "matched", source: "edge",
  });
  assert.deepEqual(shown.get("for-you"), { block: "for-you", campaign: "", variant: "", reason: "", source: "edge" });
  assert.deepEqual(shown.get("a:b"), { block: "a:b", campaign: "c:d", variant: "e:f", reason: "control", source: "edge" });
  assert.deepEqual([...needs.values()], [0x18, 0, 0]);
  assert.equal(parse("").shown.size, 0);
});

test("what the engine writes of a decision is read: fixtures/wire/timing.json", () => {
  const rows = JSON.parse(readFileSync(new URL("../../../fixtures/wire/timing.json", import.meta.url), "utf8"));
  for (const { block, campaign, variant, control, told } of rows) {
    const reason = control ? "control" : campaign && "matched";
    assert.deepEqual([...parse(told).shown], [[block, { block, campaign, variant, reason, source: "edge" }]], told);
  }
});

test("the digest of consent and opaque ids are FNV-1a, as the edge writes them", () => {
  // Of the page of the hash: http://www.isthe.com/chongo/tech/comp/fnv/
  assert.deepEqual(["", "a", "foobar"].map(hash), ["811c9dc5", "e40c292c", "bf9cf968"]);
});
