/** What `explain()` makes of an answer of the engine, without a browser. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { explain } from "../js/explain.js";

/** @param {"granted" | "denied" | "unknown"} state */
const told = (state) => {
  const purposes = [{ purpose: "sale_share", state, decision: "block" }];
  return explain([], /** @type {any} */ ({ purposes, signals: [], decisions: [] })).optOut;
};

test("an opt-out of sale is told, and nothing else is one", () => {
  assert.equal(told("denied"), "processed");
  assert.equal(told("unknown"), null);
  assert.equal(told("granted"), null);
  assert.equal(explain([]).optOut, null);
});
