/** Templates, rendered by walking their text: what stands in braces is replaced, everything else copied. */

import { attempt, refuse } from "./refusal.mjs";

/**
 * Renders a template; `show` gives the value of a name, inside a list beside one of its elements, `list` the elements of one,
 * or they refuse. What is shown is added to `shown`.
 */
export function render(html, show, list, shown) {
  // Each piece ends with a tag, but for the last.
  const page = { pieces: html.split(/(?<=\}\})/), at: 0, out: "", show, list, shown: [] };
  section(page, null, true);
  shown.push(...page.shown);
  return page.out;
}

/** The text of a part, or with its quotes an attribute of that name: a template whose own text is escaped. */
export const part = ([, name], value, ...how) =>
  name ? render(`< ${name}="${quoted(value)}"`, ...how).slice(1) : render(escaped(value), ...how);

/** Goes to the end of a section, writing where it is `live`; gives the tag that ends it. */
function section(page, item, live) {
  while (page.at < page.pieces.length) {
    const [text, tag = ""] = page.pieces[page.at++].replace(/\}\}$/, "").split("{{");
    const [word, name] = tag.split(" ");
    if (live) page.out += text;
    if (["else", "/if", "/unless", "/each"].includes(word)) return tag;
    if (word === "#each") each(page, tag.slice(6), live);
    else if (word === "#if" || word === "#unless") {
      const { reason } = live ? attempt(() => page.show(name, item), "missing-value") : {};
      const first = !reason === (word === "#if");
      if (section(page, item, live && first) === "else") section(page, item, live && !first);
    } else if (word && live) {
      const instead = tag.match(/ or ["'](.*)["']$/)?.[1];
      const { value, reason } = attempt(() => page.show(word, item), "missing-value");
      refuse(reason && instead === undefined, reason);
      place(page, String(value ?? instead));
      if (!reason) page.shown.push([word, item]);
    }
  }
  return "";
}

/** Items until `limit` have been shown; one that lacks a value is left out. */
function each(page, said, live) {
  const inner = page.at;
  section(page, null, false);
  const limit = Number(said.match(/^\S+ (\d+)/)?.[1] ?? 64);
  let left = limit;
  for (const item of live ? page.list(said) : []) {
    const tried = { ...page, at: inner, shown: [...page.shown] };
    const { reason } = attempt(() => page.show("item", item) && section(tried, item, left > 0), "missing-value");
    if (reason) continue;
    Object.assign(page, { out: tried.out, shown: tried.shown });
    left = Math.max(left - 1, 0);
  }
  refuse(live && left === limit, "missing-value");
}

/** Writes a value, escaped for the place that the text before it leads to. */
function place(page, text) {
  const at = page.out.lastIndexOf("<") > page.out.lastIndexOf(">") ? page.out.lastIndexOf('="') : -1;
  const address = at >= 0 && /(href|src)$/.test(page.out.slice(0, at));
  const begins = address && at + 2 === page.out.length;
  refuse(begins && !/^([/?#]|https:)/.test(text), "missing-value");
  if (begins) page.out += quoted(encoded(text, /[!#-;=?-Z[\]_a-z~]/));
  else if (address) page.out += encoded(text, /[\w.~-]/);
  else page.out += at >= 0 ? quoted(text) : escaped(text);
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const quoted = (text) => escaped(text).replaceAll('"', "&quot;").replaceAll("'", "&#39;");

/** Every byte but some signs as a percent sign with its two digits in hex. */
export function encoded(text, kept) {
  const code = (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return Array.from(Buffer.from(text).toString("latin1"), (sign) => (kept.test(sign) ? sign : code(sign))).join("");
}
