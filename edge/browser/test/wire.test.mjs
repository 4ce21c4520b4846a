// The flat texts of the boundary, and the edge's decisions in Server-Timing.
import assert from "node:assert/strict";
import { test } from "node:test";

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
  const head = ["", "=a", "*", " necessary:unknown:exempt profile:denied:block", " hour device", "=1.0", "my-consent parvis-consent"];
  const row = ["hero", "spring", "green", "matched", "+<p>1</p>"];
  const answer = decode([...head, ...row, "recent", "", ""].join("\0"));
  assert.deepEqual(answer.allowed, ["necessary"]);
  assert.deepEqual(answer.purposes[1], { purpose: "profile", state: "denied", decision: "block" });
  assert.deepEqual(answer.signals, ["hour", "device"]);
  assert.deepEqual([answer.mirror, answer.mirrors], ["=1.0", "my-consent parvis-consent"]);
  assert.deepEqual(answer.decisions, [
    { block: "hero", campaign: "spring", variant: "green", reason: "matched", content: "+<p>1</p>" },
  ]);
  assert.deepEqual(decode("path\0*\0").allowed, []);
});

test("the edge's decisions are read from its timing entry", () => {
  const shown = parse("hero=hero-spring/green:matched for-you=:no-campaign a:b=c:d/e:f:control nonsense =:x");
  assert.deepEqual([...shown.keys()], ["hero", "for-you", "a:b"]);
  assert.deepEqual(shown.get("hero"), {
    block: "hero", campaign: "hero-spring", variant: "green", reason: "matched", source: "edge",
  });
  assert.deepEqual(shown.get("for-you"), { block: "for-you", campaign: "", variant: "", reason: "no-campaign", source: "edge" });
  assert.equal(shown.get("a:b").campaign, "c:d");
  assert.equal(shown.get("a:b").variant, "e:f");
  assert.equal(parse("").size, 0);
});
