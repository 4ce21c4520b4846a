/**
 * The two flat texts that cross into Wasm and back (src/records.rs): fields split at NUL.
 *
 * Neither side trusts the other's lengths, and a value cannot shift a field: NUL is removed from each.
 */

import {
  ANSWER, BOUGHT, CART, CHOICE, DECISION, DECLARED, DISMISSED, LINE, LOCALE, NETWORK, PIECES, PREFERRED, QUESTION, SEARCHED, SETTLED, SHOWN,
  STORED, VALUE, VIEWED,
} from "./records.js";

const SEPARATOR = "\0";

/**
 * @typedef {object} Question
 * @property {string} cookies `document.cookie`, whole
 * @property {string} [country] two letters
 * @property {boolean} gpc `navigator.globalPrivacyControl`
 * @property {boolean} [dnt] `navigator.doNotTrack`
 * @property {[string, string]} [locale] languages the browser asks for, with commas, and `document.referrer`
 * @property {[string, string]} [network] `on` where the visitor saves data, and `navigator.connection.effectiveType`
 * @property {boolean} edge whether an edge stands before the site
 * @property {boolean} [arrives] whether the page arrives undecided
 * @property {string | null} [memory] visitor memory from web storage
 * @property {[string, string][]} [storage] web storage of known banners
 * @property {boolean} [settled] whether no banner is awaited any more
 * @property {[string, string]} [choice] the visitor's own: notice and grants, denials
 * @property {[string, string][]} [shown] block and campaign that show now
 * @property {Happening[]} [events] what happened, oldest first
 *
 * @typedef {{ view: import("./index.js").View } | { cart: import("./index.js").Line[] } | { dismiss: string }
 *   | { bought: import("./index.js").Purchase[] }
 *   | { declare: Record<string, string | null | import("./index.js").DatedValues> } | { prefer: [string, string | null] }} Happening
 *
 * @typedef {Omit<import("./index.js").Explanation["purposes"][number], "sentence">} Ruling
 *
 * @typedef {object} Decision
 * @property {string} block
 * @property {string} campaign empty for none
 * @property {string} variant empty for none
 * @property {string} reason a reason's code
 * @property {string} content empty for default content, `-` for hidden, `+` and HTML, `*` and changes of parts, `/` and the
 *   order of a group
 * @property {string} needs the bits of the purposes without which it would not be shown, in hex
 *
 * @typedef {object} Answer
 * @property {string} refused why nothing was decided; empty when something was
 * @property {string} visit what becomes of the visit cookie: `=value`, empty to delete, `*` to leave
 * @property {string} memory the same for visitor memory, `=value; Max-Age=seconds`
 * @property {string} mirror what becomes of the mirror cookie: the same, and `!` when the choice could not be read
 * @property {string} mirrors names of the mirror cookie, spaces between; it is written under the first, and the others are deleted
 * @property {Ruling[]} purposes
 * @property {string[]} allowed purposes that may be used
 * @property {number} bits the same, a bit for each
 * @property {string[]} signals signals that were read
 * @property {string} why the playbook's language, and a line for each campaign that was considered; only of the module that says why
 * @property {Decision[]} decisions
 */

/** @param {Question} question @returns {string} */
export function encode(question) {
  const { cookies, country, gpc, dnt, locale, network, edge, arrives, memory, storage = [], settled, choice, shown = [], events = [] } = question;
  /** @type {Record<string, unknown>} */
  const head = {
    cookies,
    country,
    asked: (gpc ? 1 : 0) + (dnt ? 2 : 0) || "",
    edge: edge ? 1 : "",
    arrives: arrives ? 1 : "",
    memory: memory == null ? "" : "=" + memory,
  };
  const fields = QUESTION.map((name) => head[name]);
  for (const entry of storage) fields.push(STORED, ...entry);
  if (locale) fields.push(LOCALE, ...locale);
  if (network) fields.push(NETWORK, ...network);
  if (settled) fields.push(SETTLED, "", "");
  if (choice) fields.push(CHOICE, ...choice);
  for (const pair of shown) fields.push(SHOWN, ...pair);
  for (const event of events) {
    if ("cart" in event) {
      fields.push(CART, "", "");
      for (const { item, quantity = 1 } of event.cart) fields.push(LINE, item, quantity);
    } else if ("bought" in event) {
      for (const { item, category, quantity } of event.bought) {
        fields.push(BOUGHT, item, category);
        if (quantity) fields.push(PIECES, quantity, "");
      }
    } else if ("dismiss" in event) {
      fields.push(DISMISSED, event.dismiss, "");
    } else if ("declare" in event) {
      for (const [name, said] of Object.entries(event.declare)) {
        const { date, ...values } = said instanceof Object ? said : { date: said };
        fields.push(DECLARED, name, date);
        for (const value of Object.entries(values)) fields.push(VALUE, ...value);
      }
    } else if ("prefer" in event) {
      fields.push(PREFERRED, event.prefer[0], event.prefer[1] ?? "");
    } else {
      const { item, category, search } = event.view;
      fields.push(VIEWED, item, category);
      if (search) fields.push(SEARCHED, search, "");
    }
  }
  return fields.map((field) => String(field ?? "").replaceAll(SEPARATOR, "")).join(SEPARATOR);
}

/** @param {string} text @returns {Answer} */
export function decode(text) {
  const fields = text.split(SEPARATOR);
  const { refused, visit, memory, purposes: rulings, signals, mirror, mirrors = "", why = "" } = named(ANSWER, fields, 0);
  const decisions = [];
  for (let at = ANSWER.length; at + DECISION.length <= fields.length; at += DECISION.length) {
    decisions.push(/** @type {Decision} */ (named(DECISION, fields, at)));
  }
  const purposes = words(rulings).map((ruling) => {
    const [purpose, state, decision] = ruling.split(":");
    return /** @type {Ruling} */ ({ purpose, state, decision });
  });
  const may = purposes.filter(({ decision }) => decision !== "block");
  const allowed = may.map(({ purpose }) => purpose);
  const bits = may.reduce((all, one) => all | (1 << purposes.indexOf(one)), 0);
  return { refused, visit, memory, mirror, mirrors, purposes, allowed, bits, signals: words(signals), why, decisions };
}

/** The fields from `at` on by their names. @param {string[]} names @param {string[]} fields @param {number} at @returns {Record<string, any>} */
function named(names, fields, at) {
  const record = /** @type {Record<string, any>} */ ({});
  for (const name of names) record[name] = fields[at++];
  return record;
}

/** @param {string} [list] */
const words = (list = "") => list.split(" ").filter(Boolean);
