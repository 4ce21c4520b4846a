/**
 * The sentences of "why do I see this?": a file of its own, loaded when somebody asks.
 *
 * What was found and asked comes from the engine as a trace (src/condition/trace.rs), without a sentence. The rules by which it
 * becomes one are those of the command (src/author/explain.rs), and so are the sentences.
 */

import { languages, signals } from "./sentences.js";

const FIELD = "\x1f";
const CLUE = "\x1e";
const ELEMENT = "\x1d";

/** Tests that are said of themselves, not as what a signal is. */
const FACTS = ["$shows", "$starts", "$ends", "$purpose", "$stock"];

/** What is not less is as much or more. @type {Record<string, string>} */
const TURNED = { "!$lt": "$gte", "!$lte": "$gt", "!$gt": "$lte", "!$gte": "$lt" };

/** @type {Record<string, string>} */
const STATES = { "!": "not-permitted", "@": "edge-only" };

/**
 * @typedef {import("./index.js").Sentences} Sentences
 * @typedef {Required<Omit<Sentences, "language">>} Tables
 * @typedef {{ name: string, found: string, asks: string, operands: string, other: string }} Clue
 * @typedef {{ block: string, campaign: string, reason: string, clues: Clue[] }} Traced
 */

/**
 * @param {import("./timing.js").Shown[]} shown
 * @param {import("./wire.js").Answer} [answer] what the engine finds at the moment; none if it could not be asked
 * @param {{ language?: string, sentences?: Sentences }} [how]
 * @returns {import("./index.js").Explanation}
 */
export function explain(shown, answer, how = {}) {
  const [own = "", ...lines] = (answer?.why ?? "").split("\n");
  const tables = inLanguage(how.language || own, how.sentences);
  const campaigns = lines.filter(Boolean).map(traced);
  const byBrowser = shown.some(({ source }) => source === "browser");
  /** @type {"browser" | "edge"} */
  const source = byBrowser ? "browser" : "edge";
  const ids = new Set(shown.map(({ block }) => block));
  // What nobody has changed shows default content; the engine knows why.
  const rest = (answer?.decisions ?? []).filter(({ block }) => !ids.has(block));
  const defaults = rest.map(({ block, campaign, reason }) => {
    return { block, campaign: "", variant: "", reason: campaign ? "no-campaign" : reason, source };
  });
  /** Why a block shows default content the edge does not tell; the engine says it where it finds the same. @param {import("./timing.js").Shown} one */
  const known = (one) => ({ ...one, reason: one.reason || (answer?.decisions.find(({ block, campaign }) => block === one.block && !campaign)?.reason ?? "") });
  /** What the engine finds of the campaign that shows, where it finds the same. @param {import("./timing.js").Shown} one */
  const same = (one) => campaigns.find(({ block, campaign, reason }) => block === one.block && campaign === one.campaign && reason === one.reason);
  /** @param {import("./timing.js").Shown} one */
  const sentence = (one) => {
    const found = same(one);
    return found ? why(tables, found) : (one.reason === "not-eligible" ? tables.words.nobody : tables.reasons[one.reason]) ?? tables.words.edge ?? "";
  };
  const sale = answer?.purposes.find(({ purpose }) => purpose === "sale_share");
  return {
    source,
    optOut: sale?.state === "denied" ? "processed" : null,
    blocks: [...shown.map(known), ...defaults].map((block) => ({ ...block, sentence: sentence(block) })),
    campaigns: campaigns.map((found) => ({ block: found.block, campaign: found.campaign, reason: found.reason, sentence: why(tables, found) })),
    purposes: (answer?.purposes ?? []).map((ruling) => ({ ...ruling, sentence: tables.purposes[ruling.purpose] ?? "" })),
    signals: (answer?.signals ?? []).map((name) => {
      return { name, value: null, purpose: signals[name] ?? "", sentence: tables.signals[name] ?? "" };
    }),
  };
}

/** The sentences of a language; what it leaves out is English. @param {string} language @param {Sentences} [own] @returns {Tables} */
export function inLanguage(language, own) {
  /** @param {keyof Tables} table */
  const merged = (table) => ({ ...languages.en?.[table], ...languages[language]?.[table], ...own?.[table] });
  return { reasons: merged("reasons"), purposes: merged("purposes"), signals: merged("signals"), words: merged("words") };
}

/** @param {string} line @returns {Traced} */
export function traced(line) {
  const [head = "", ...parts] = line.split(CLUE);
  const [block = "", campaign = "", reason = ""] = head.split(FIELD);
  const clues = parts.map((part) => {
    const [name = "", found = "", asks = "", operands = "", other = ""] = part.split(FIELD);
    return { name, found, asks, operands, other };
  });
  return { block, campaign, reason, clues };
}

/** Why the campaign of a trace was shown or not. @param {Tables} tables @param {Traced} traced */
export function why(tables, { reason, clues }) {
  const { words } = tables;
  const won = reason === "matched" || reason === "control";
  const sentence = tables.reasons[reason] ?? "";
  const said = clues.map((clue) => clueOf(words, clue, won));
  if (said.length === 0) return reason === "matched" ? fill(words, "applies-to-all") : sentence;
  const all = said.reduce((one, other) => fill(words, "and", { one, other }));
  if (reason === "matched") return fill(words, "applies", { clues: all });
  return reason === "not-eligible" ? all : fill(words, "because", { reason: sentence, clues: all });
}

/** @param {Record<string, string>} words @param {Clue} clue @param {boolean} won */
function clueOf(words, clue, won) {
  const [state, found] = foundOf(words, clue.found);
  const values = { signal: quoted(clue.name), found, asked: asked(words, clue) };
  if (clue.asks === "$shows" && clue.operands && !state) return fill(words, "$shows-field", values);
  if (FACTS.includes(clue.asks)) return fill(words, clue.asks, values);
  return fill(words, (won || !clue.asks ? "is" : "fails") + state, values);
}

/** How a value is said, and the end of the words for one that is none. @param {Record<string, string>} words @param {string} found @returns {[string, string]} */
function foundOf(words, found) {
  const text = found.slice(1);
  if (found[0] === "=") return ["", quoted(text)];
  if (found[0] === "[" && text) return ["", text.split(ELEMENT).map(quoted).join(", ")];
  const name = found[0] === "[" ? "empty" : STATES[found[0] ?? ""] ?? "missing";
  return [`-${name}`, fill(words, name)];
}

/** What a clue asks for: its operators, innermost first, around its operands. @param {Record<string, string>} words @param {Clue} clue */
function asked(words, { asks, operands, other }) {
  const all = operands.split(ELEMENT).filter(Boolean);
  const isTime = asks === "$starts" || asks === "$ends";
  const said = all.map((operand) => {
    const text = operand.slice(1);
    if (operand[0] === "=") return quoted(isTime ? moment(text) : text);
    return operand[0] === "@" ? fill(words, "other", { signal: quoted(text), found: foundOf(words, other)[1] }) : fill(words, "null");
  });
  const isOne = all.length === 1 && operands[0] !== "@";
  /** @param {string} text @param {string} word */
  const around = (text, word) => {
    const list = /^(!?)\$ini?$/.exec(word);
    const name = list ? `${list[1]}${isOne ? "$eq" : "$in"}` : TURNED[word] ?? word;
    return name && !FACTS.includes(name) ? fill(words, name, { asked: text }) : text;
  };
  return asks.split(" ").reverse().reduce(around, said.join(", "));
}

/** The words under a name, with values in place of what stands in braces. @param {Record<string, string>} words @param {string} name @param {Record<string, string>} [values] */
const fill = (words, name, values = {}) => (words[name] ?? "").replace(/\{(\w*)\}/g, (_, key) => values[key] ?? "");

/** @param {string} text */
const quoted = (text) => `\`${text}\``;

/** Seconds since 1970 as `2026-12-01 08:00 UTC`. @param {string} seconds */
const moment = (seconds) => `${new Date(Number(seconds) * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
