/**
 * What the banners that a playbook describes say (`consent.banners`), read by the description itself, as the doc comments of the
 * draft have it. For each purpose: whether a value grants it, and whether one denies it.
 */

/** @returns {{ granted: string[], denied: string[] }} */
export function described(banners, cookies) {
  const granted = new Set();
  const denied = new Set();
  for (const banner of Object.values(banners).filter((banner) => banner !== true)) {
    for (const vote of votes(banner, cookies)) {
      for (const purpose of vote.granted) granted.add(purpose);
      for (const purpose of vote.denied) denied.add(purpose);
    }
  }
  return { granted: [...granted].sort(), denied: [...denied].sort() };
}

function votes(banner, cookies) {
  const places = [...(banner.cookies ?? []), ...(banner.storage ?? [])];
  const stored = [];
  for (const [name, value] of cookies) {
    const begins = (place) => name.startsWith(place.slice(0, -1)) && name.length >= place.length;
    const place = places.find((place) => (place.endsWith("*") ? begins(place) : name === place));
    if (place) stored.push([place.endsWith("*") ? name.slice(place.length - 1) : name, value]);
  }
  if (!banner.together) return stored.map(([, value]) => vote(banner, [[null, value]]));
  return stored.length ? [vote(banner, stored)] : [];
}

/** What stored values come to that are one choice. */
function vote(banner, stored) {
  const nothing = { strangers: false, answered: false, listed: false, all: null, none: false, wrong: false };
  const said = { yes: new Set(), no: new Set(), ...nothing };
  const met = new Set();
  let broken = false;
  for (const [key, value] of stored) {
    const text = decoded(value, banner.encoding ?? ["percent"]);
    const values = text === null ? null : found(banner, text, key === null ? [] : [key], key !== null);
    if (values === null) broken = true;
    else for (const one of values) hear(banner, one, said, met, new Set(values.map(({ path }) => path.join("/"))));
    if (values?.twice) said.wrong = true;
  }
  const keys = Object.keys(banner.means);
  const lists = (banner.accepted ?? []).length > 0 && (banner.refused ?? []).length === 0;
  const refusals = (banner.refused ?? []).length > 0 && (banner.accepted ?? []).length === 0;
  const required = (banner.chosen ?? []).filter(({ optional }) => !optional);
  const proven = required.every((condition) => met.has(condition));
  if (lists && (said.listed || (proven && required.length > 0 && said.all !== true))) {
    said.listed = true;
    for (const key of keys) if (!said.yes.has(key)) said.no.add(key);
  }
  if (refusals && said.listed && banner.shape === "json" && !said.strangers && !banner.answers?.length && !banner.all) {
    for (const key of keys) if (!said.no.has(key)) said.yes.add(key);
  }
  if (said.all === true && !said.answered && !said.listed) for (const key of keys) said.yes.add(key);
  const complete = !banner.every_key || keys.every((key) => said.yes.has(key) || said.no.has(key));
  for (const [member, flag] of VERSIONS) if (banner[member] && !met.has(member)) said[flag] = true;
  const spoke = said.answered || said.listed || said.all === true;
  const spoiled = said.wrong || said.violated || said.otherPolicy || said.otherForm || broken;
  const chosen = spoke && proven && complete && !spoiled;
  const of = (set) => new Set(keys.filter((key) => set.has(key)).flatMap((key) => purposes(banner.means[key])));
  const no = of(said.no);
  const yes = of(new Set([...said.yes].filter((key) => !said.no.has(key))));
  // Whoever accepts anything that touches the device accepts that.
  if (yes.has("device_storage")) no.delete("device_storage");
  // Who refuses everything refuses what no key stands for, too.
  const denied = said.none ? ASKED : [...no];
  return { granted: chosen ? [...yes].filter((purpose) => !no.has(purpose)) : [], denied };
}

const ASKED = `device_storage session_personalization persistent_personalization profile precise_geo measurement
  experimentation sale_share`.split(/\s+/);

const FREE = ["necessary", "contextual", "precise_geo", "sale_share"];
const purposes = (list) => (list.every((purpose) => FREE.includes(purpose)) ? list : [...list, "device_storage"]);

/** What must be there, and what it is where it is not. */
const VERSIONS = [["format", "otherForm"], ["version", "otherPolicy"]];

/** One value: conditions, versions, answers and lists that are about it. */
function hear(banner, { path, text, isObject }, said, met) {
  let about = false;
  const here = (at) => fits(at, path);
  for (const condition of banner.chosen ?? []) {
    if (text === null || !here(condition.at)) continue;
    about = true;
    const { is = [], is_not = [] } = condition;
    const something = !["", "0", "null", "false", "no", "none", "never", "undefined"].includes(text);
    const there = condition.optional ? is_not.length > 0 : something;
    const fine = is.length ? is.includes(text) : there && !is_not.includes(text);
    if (fine) met.add(condition);
    else said.violated = true;
  }
  for (const [member] of VERSIONS) {
    const version = banner[member];
    if (version && text !== null && here(version.at)) {
      about = true;
      if (version.is.includes(text)) met.add(member);
    }
  }
  if (banner.decided && text !== null && here(banner.decided.at)) about = true;
  if (banner.all && text !== null && here(banner.all.at ?? "")) {
    about = true;
    const { yes = [], no, neither = [] } = banner.all;
    if (yes.includes(text)) said.all = true;
    else if (no.includes(text)) {
      said.answered = true;
      said.none = true;
      for (const key of Object.keys(banner.means)) said.no.add(key);
    } else if (!neither.includes(text)) said.wrong = true;
  }
  for (const [member, set] of [["accepted", said.yes], ["refused", said.no]]) {
    const between = banner.shape === "list" ? banner.between : undefined;
    for (const { at = "", divided_by = between, around = "" } of banner[member] ?? []) {
      const star = at.indexOf("*");
      const container = (star < 0 ? at.replace(/\[\]$/, "") : at.slice(0, star)).replace(/\/+$/, "");
      if (text === null) {
        if (divided_by || !here(container)) continue;
        said.listed = true;
        if (isObject && `${container}${container && "/"}[]` === at) said.wrong = true;
        continue;
      }
      if (!here(at)) continue;
      about = true;
      if (divided_by) said.listed = true;
      const edge = `[${around.replace(/[\\\]^-]/g, "\\$&")}]+`;
      const strip = (name) => (around ? name.replace(new RegExp(`^${edge}|${edge}$`, "g"), "") : name);
      const whole = star < 0 ? text : keyed(at, path);
      const names = divided_by ? text.split(divided_by).map(strip).filter(Boolean) : [whole];
      for (const name of names) {
        if (name in banner.means) set.add(name);
        else if (member === "refused") said.strangers = true;
      }
    }
  }
  if (about || text === null) return;
  for (const { at = "*", yes, no, neither = [] } of banner.answers ?? []) {
    if (!here(at)) continue;
    const key = keyed(at, path);
    const known = key in banner.means;
    if (yes.includes(text) || no.includes(text)) {
      said.answered = true;
      if (known) (yes.includes(text) ? said.yes : said.no).add(key);
    } else if (!neither.includes(text) && known) said.wrong = true;
    return;
  }
  // A word stands where answers should lie within.
  const lists = [...(banner.accepted ?? []), ...(banner.refused ?? [])].map(({ at = "" }) => at);
  const places = [...(banner.answers ?? []).map(({ at = "*" }) => at), ...lists].map(steps);
  const leads = (place) => place.length > path.length && fits(place.slice(0, path.length).join("/"), path);
  if (text !== "null" && places.some(leads)) said.wrong = true;
}

const unblank = (text) => text.replace(/^ +| +$/g, "");

const steps = (at) => (at === "" ? [] : at.split("/"));
const fits = (at, path) =>
  steps(at).length === path.length && steps(at).every((step, index) => step === "*" || step === path[index]);
const keyed = (at, path) => path[steps(at).lastIndexOf("*")] ?? path.at(-1);

/** All values within a text with their paths; those that hold others have no text. `null` for a text of another shape. */
function found({ shape, between, inside, means }, text, path, spread) {
  if (shape === "pairs") {
    const apart = ([name, ...value]) => (value.length ? [unblank(name), unblank(value.join(inside))] : [name]);
    const pairs = text.split(between).filter(Boolean).map((pair) => apart(pair.split(inside)));
    if (pairs.length === 0) return null;
    if (pairs.some(({ length }) => length < 2)) return partly(pairs, path);
    const values = pairs.map(([name, text]) => ({ path: [...path, name], text }));
    const known = pairs.map(([name]) => name).filter((name) => name in means);
    values.twice = new Set(known).size < known.length;
    return values;
  }
  if (shape === "characters") {
    const letters = [...text].map((letter, index) => ({ path: [...path, String(index)], text: letter }));
    if (letters.length !== Object.keys(means).length) letters.twice = true;
    return letters;
  }
  if (shape !== "json" && !(spread && /^[[{]/.test(text))) return [{ path, text }];
  if (!/^[[{]/.test(text)) return null;
  const values = [];
  if (!json(text, path, (path, text, isObject) => values.push({ path, text, isObject }))) values.twice = true;
  return values;
}

/** Tells every value of a JSON text, outer ones first, up to where it breaks; whether it does not. */
function json(text, start, see) {
  let at = 0;
  const next = () => ((at += /^[ \t\n\r]*/.exec(text.slice(at))[0].length), text[at]);
  const read = (form) => {
    next();
    const match = form.exec(text.slice(at));
    if (!match) throw json;
    at += match[0].length;
    return match[1] ?? match[0];
  };
  const string = () => read(/^"((?:[^"\\\u0000-\u001f]|\\[^])*)"/);
  const value = (path) => {
    const kind = next();
    if (kind === '"') return see(path, string());
    if (kind !== "{" && kind !== "[") return see(path, read(/^(?:true|false|null|-?\d[\dE+.e-]*)(?![\da-zE+.-])/));
    if (path.length - start.length >= 8) throw json;
    see(path, null, kind === "{");
    at += 1;
    const close = kind === "{" ? "}" : "]";
    for (let more = next() !== close; more; ) {
      const step = kind === "{" ? string() : "[]";
      if (kind === "{") read(/^:/);
      value([...path, step]);
      more = next() === ",";
      if (more) at += 1;
    }
    read(kind === "{" ? /^\}/ : /^\]/);
  };
  try {
    value(start);
    next();
    return at === text.length;
  } catch (error) {
    if (error !== json) throw error;
    return false;
  }
}

/** Pairs of which one is none: the others still refuse. */
function partly(pairs, path) {
  const whole = pairs.filter(({ length }) => length > 1);
  const values = whole.map(([name, text]) => ({ path: [...path, name], text }));
  values.twice = true;
  return values;
}

function decoded(value, encoding) {
  let text = value;
  for (const step of encoding) {
    if (step === "percent" && !(text.startsWith("{") && text.includes('"'))) {
      try {
        text = decodeURIComponent(text);
      } catch {
        return null;
      }
    } else if (step === "base64" && !/^[[{]/.test(text)) {
      const letters = text.replace(/(=|%3D)+$/, "");
      if (!/^[A-Za-z0-9+/_-]*$/.test(letters)) return null;
      try {
        text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(letters, "base64"));
      } catch {
        return null;
      }
    }
  }
  return text;
}
