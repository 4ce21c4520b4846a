/**
 * The two flat texts that cross into Wasm and back (src/question.rs, src/answer.rs): fields split at NUL.
 *
 * Neither side trusts the other's lengths, and a value cannot shift a field: NUL is removed from each.
 */

const SEPARATOR = "\0";
/** Fields of an answer before its decisions, and fields of one decision. */
const HEAD = 7;
const ROW = 5;

/**
 * @typedef {object} Question
 * @property {string} cookies `document.cookie`, whole
 * @property {string} [country] two letters
 * @property {boolean} gpc `navigator.globalPrivacyControl`
 * @property {boolean} [dnt] `navigator.doNotTrack`
 * @property {[string, string]} [came] languages the browser asks for, with commas, and `document.referrer`
 * @property {[string, string]} [link] `on` where the visitor saves data, and `navigator.connection.effectiveType`
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
 *   | { declare: Record<string, string | null> } | { prefer: [string, string | null] }} Happening
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
 *
 * @typedef {object} Answer
 * @property {string} refused why nothing was decided; empty when something was
 * @property {string} visit what becomes of the visit cookie: `=value`, empty to delete, `*` to leave
 * @property {string} memory the same for visitor memory
 * @property {string} mirror what becomes of the mirror cookie: the same, and `!` when the choice could not be read
 * @property {string} mirrors names of the mirror cookie, spaces between; it is written under the first
 * @property {Ruling[]} purposes
 * @property {string[]} allowed purposes that may be used
 * @property {string[]} signals signals that were read
 * @property {Decision[]} decisions
 */

/** @param {Question} question @returns {string} */
export function encode(question) {
  const { cookies, country, gpc, dnt, came, link, edge, arrives, memory, storage = [], settled, choice, shown = [], events = [] } = question;
  const fields = [cookies, country, (gpc ? 1 : 0) + (dnt ? 2 : 0) || "", edge ? 1 : "", arrives ? 1 : "", memory == null ? "" : "=" + memory];
  for (const entry of storage) fields.push("s", ...entry);
  if (came) fields.push("h", ...came);
  if (link) fields.push("n", ...link);
  if (settled) fields.push("w", "", "");
  if (choice) fields.push("a", ...choice);
  for (const pair of shown) fields.push("b", ...pair);
  for (const event of events) {
    if ("cart" in event) {
      fields.push("c", "", "");
      for (const { item, quantity = 1 } of event.cart) fields.push("l", item, quantity);
    } else if ("bought" in event) {
      for (const { item, category, quantity } of event.bought) {
        fields.push("p", item, category);
        if (quantity) fields.push("q", quantity, "");
      }
    } else if ("dismiss" in event) {
      fields.push("d", event.dismiss, "");
    } else if ("declare" in event) {
      for (const [name, date] of Object.entries(event.declare)) fields.push("o", name, date);
    } else if ("prefer" in event) {
      fields.push("r", event.prefer[0], event.prefer[1] ?? "");
    } else {
      const { item, category, search } = event.view;
      fields.push("v", item, category);
      if (search) fields.push("f", search, "");
    }
  }
  return fields.map((field) => String(field ?? "").replaceAll(SEPARATOR, "")).join(SEPARATOR);
}

/** @param {string} text @returns {Answer} */
export function decode(text) {
  const fields = text.split(SEPARATOR);
  const [refused, visit, memory, rulings, signals, mirror, mirrors = ""] = fields;
  const decisions = [];
  for (let at = HEAD; at + ROW <= fields.length; at += ROW) {
    const [block, campaign, variant, reason, content] = fields.slice(at, at + ROW);
    decisions.push({ block, campaign, variant, reason, content });
  }
  const purposes = words(rulings).map((ruling) => {
    const [purpose, state, decision] = ruling.split(":");
    return /** @type {Ruling} */ ({ purpose, state, decision });
  });
  const allowed = purposes.filter(({ decision }) => decision !== "block").map(({ purpose }) => purpose);
  return { refused, visit, memory, mirror, mirrors, purposes, allowed, signals: words(signals), decisions };
}

/** @param {string} [list] */
const words = (list = "") => list.split(" ").filter(Boolean);
