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

/** An answer with this trace in the playbook's language. @param {string} language @param {string} line */
const answered = (language, line) => {
  const trace = line.replaceAll("|", "\x1f").replaceAll(";", "\x1e").replaceAll(",", "\x1d");
  return /** @type {any} */ ({ purposes: [], signals: ["country"], decisions: [], why: `${language}\n${trace}\n` });
};

/** What is told of the only campaign of an answer. @param {any} answer @param {object} [how] */
const sentence = (answer, how) => explain([], answer, how).campaigns[0]?.sentence;

test("a campaign that lost is told with what was found and what was asked for", () => {
  const lost = "hero|vip|not-eligible;referrer|=other|$eq|=search|";
  assert.equal(sentence(answered("", lost)), "`referrer` is `other`; the campaign asks for `search`");
  assert.equal(sentence(answered("fr", lost)), "`referrer` vaut `other` ; la campagne demande `search`");
  assert.equal(sentence(answered("fr", lost), { language: "en" }), "`referrer` is `other`; the campaign asks for `search`");
  const compared = "hero|refill|not-permitted;visit.cart|!|!$in|@visit.last_item|!";
  assert.equal(
    sentence(answered("", compared)),
    "it needs data that the visitor did not allow to be used (`visit.cart` is not permitted by the visitor; the campaign asks for "
      + "none of `visit.last_item` (not permitted by the visitor))",
  );
});

test("a site hands over a language of its own, and what it leaves out is English", () => {
  const sentences = { language: "de", words: { applies: "sie gilt, denn {clues}" }, signals: { country: "das Land" } };
  const told = explain([], answered("de", "hero|near|matched;country|=FR|$eq|=FR|"), { sentences });
  assert.equal(told.campaigns[0]?.sentence, "sie gilt, denn `country` is `FR`");
  assert.equal(told.signals[0]?.sentence, "das Land");
  // What stands in braces in a value is no place to fill in.
  assert.equal(sentence(answered("", "hero|near|matched;campaign|={clues}|$eq|={clues}|")), "it applies, because `campaign` is `{clues}`");
});
