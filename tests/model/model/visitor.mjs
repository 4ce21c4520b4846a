/** What is kept of a visitor: the visit as the lists of its cookie, memory as a few numbers. */

import { DAY, HOUR, MINUTE } from "./clock.mjs";
import { encoded } from "./template.mjs";

/** FNV-1a of UTF-16 units, as GrowthBook's SDKs have it. */
export const fnv = (text) =>
  text.split("").reduce((hash, unit) => Math.imul(hash ^ unit.charCodeAt(0), 16_777_619), 2_166_136_261) >>> 0;

/** What stands for a name in cookies, and what in place of one. */
export const code = (name) => fnv(name).toString(16).padStart(8, "0");
export const hexByte = (number) => number.toString(16).padStart(2, "0");
export const NOTHING = "00000000";

/** What stands for the choice of a value under a name, and for none with 0. */
export const choice = (name, value) => `${code(name)}*${value ? fnv(value) % 65_536 : 0}`;

/** A unit's bucket of 10,000 under a seed: GrowthBook's hash of version 2. */
export const bucket = (seed, unit) => fnv(String(fnv(`${seed}${unit}`))) % 10_000;

/** The sections of the visit cookie in their order. */
const SECTIONS = "ickxdpotnqugrlvs";

/** Of each section but `l` and `v` how many entries it may have, their form, and the numbers in them, each from and to. */
const [ID, CODE, TWO] = ["[\\w.:-]{1,64}", "[0-9a-f]{8}", "[0-9a-f]{16}"];
const [SHORT, LONG] = [[0, 65_535], [0, 4_294_967_295]];
const FORMS = {
  ...{ i: [16, ID], c: [4, ID], k: [16, ID, [1, 65_535]], x: [16, CODE, [1, 255]], d: [8, CODE] },
  ...{ p: [20, `[1-4]${TWO}`], o: [8, CODE, LONG], t: [1, "", LONG, [0, 15]], n: [1, "", SHORT, LONG] },
  ...{ q: [3, "[^*]*"], u: [1, TWO], g: [8, TWO], r: [8, CODE, SHORT], s: [8, `${CODE}[0-3][^*]+`] },
};

/** Whether an entry has the form of its section; zeros that say nothing stand in front of no number. */
function isEntry(entry, letter) {
  const [, form, ...spans] = FORMS[letter];
  const [head, ...numbers] = form ? entry.split("*") : ["", ...entry.split("*")];
  const fits = (text, [from, to]) => /^(0|[1-9]\d*)$/.test(text) && from <= Number(text) && Number(text) <= to;
  const whole = numbers.length === spans.length && numbers.every((number, at) => fits(number, spans[at]));
  const isText = (letter !== "q" || isSearch(entry)) && (letter !== "s" || isDateValue(entry));
  return whole && entry !== "0*0" && new RegExp(`^${form}$`).test(head) && isText;
}

/** What a visit cookie tells: the entries of each section, by its letter; null if it is not one of ours. */
export function parseVisit(cookie) {
  const visit = Object.fromEntries(Array.from(SECTIONS, (letter) => [letter, []]));
  const [version, ...sections] = cookie.split("~");
  if (version !== "a" || cookie.length > VISIT_LENGTH) return null;
  for (const [letter, ...rest] of sections) {
    const entries = rest.join("").split("!");
    if (letter === undefined) return null;
    if (letter === "l") {
      if (visit.l.length > 0 || !isActivity(entries)) return null;
      visit.l = entries;
    }
    if (letter === "v") {
      if (visit.v.length > 0 || !isView(entries)) return null;
      visit.v = entries;
    }
    // Sections of later versions are skipped.
    if (!FORMS[letter]) continue;
    if (visit[letter].length > 0 || entries.length > FORMS[letter][0]) return null;
    if (!entries.every((entry) => isEntry(entry, letter))) return null;
    visit[letter] = entries;
  }
  // Variants are kept of a unit.
  return visit.u.length === 0 ? { ...visit, g: [] } : visit;
}

export const readVisit = (cookie) => parseVisit(cookie ?? "") ?? parseVisit("a");

const VISIT_LENGTH = 1024;

/** Whether entries are a minute, `b` for a visit that only a page began, and the code of a campaign parameter. */
const isActivity = (entries) =>
  /^[1-9]\d*(!b)?(![0-9a-f]{8})?$/.test(entries.join("!")) && !entries.includes(NOTHING) &&
  Number(entries[0]) <= LONG[1];

/** Whether entries are a page with the second in which it was seen, and what it showed, each as the end of a code. */
const isView = ([view, ...shown]) =>
  /^[0-9a-f]{4}\*[1-9]\d*$/.test(view) && Number(view.slice(5)) <= LONG[1] &&
  shown.length <= 16 && shown.every((one) => /^[0-9a-f]{4}$/.test(one));

/** What stands for a page or a campaign in a view. */
export const short = (name) => code(name).slice(4);

/** What the section before the last says. */
export const activity = ({ l: [minute, ...rest] }) =>
  ({ minute: Number(minute ?? 0), begun: rest.includes("b"), campaign: rest.find((one) => one !== "b") ?? null });

export const writeActivity = ({ minute, begun, campaign }) =>
  minute > 0 ? [String(minute), ...(begun ? ["b"] : []), ...(campaign ? [campaign] : [])] : [];

/**
 * Whatever makes a visit's cookie too long drops the oldest items, all but one, then categories, searches, the cart's
 * last lines.
 */
export function fit(visit) {
  const stays = (letter) => ("ic".includes(letter) ? 1 : 0);
  const droppable = Array.from("icqkps").find((letter) => visit[letter].length > stays(letter));
  if (writeVisit(visit).length <= VISIT_LENGTH || !droppable) return;
  visit[droppable].pop();
  fit(visit);
}

export const writeVisit = (visit) =>
  ["a", ...Array.from(SECTIONS).filter((s) => visit[s].length > 0).map((s) => s + visit[s].join("!"))].join("~");

/** What was searched for, from an entry of the cookie. */
export const searchOf = (entry) => decodeURIComponent(entry.replaceAll("+", " "));

/** A search as the cookie has it: in small letters with single spaces; null for one that is long or may be personal. */
export function searchEntry(text) {
  const narrow = (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0);
  const search = text.replace(/[\uff01-\uff5e]/g, narrow).toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  const isKept = !/^$|@|\p{Cc}|(\p{Nd}\P{Nd}*){7}/u.test(search) && Buffer.byteLength(search) <= 64;
  const isShort = Buffer.byteLength(text) <= 256;
  return isKept && isShort ? encoded(search, /[a-z0-9 ._-]/).toLowerCase().replaceAll(" ", "+") : null;
}

/** Whether an entry is what would be written for its search. */
function isSearch(entry) {
  try {
    return searchEntry(searchOf(entry)) === entry;
  } catch {
    return false;
  }
}

/** The names of values of dates; their places stand for them. */
export const VALUES = ["platform", "gate", "seat", "file"];

/** A value of a date as cookies have it, behind the code of its date; null for one that is never kept. */
export function dateValue(date, name, text) {
  const isKept = VALUES.includes(name) && text.trim() === text && !/^$|\p{Cc}/u.test(text);
  const spelled = () => encoded(text, /[a-z0-9 ._-]/).toLowerCase().replaceAll(" ", "+");
  return isKept && Buffer.byteLength(text) <= 16 ? code(date) + VALUES.indexOf(name) + spelled() : null;
}

/** Whether an entry is what would be written for its value. */
function isDateValue(entry) {
  try {
    const written = dateValue("", VALUES[entry[8]], searchOf(entry.slice(9)));
    return written?.slice(8) === entry.slice(8);
  } catch {
    return false;
  }
}

/** The text of a value of a date, among entries. */
export const textOf = (entries, date, name) => {
  const start = code(date) + VALUES.indexOf(name);
  const entry = entries.find((one) => one.startsWith(start));
  return entry === undefined ? null : searchOf(entry.slice(9));
};

/** Puts an entry in front of a list of at most `most`, in place of the one that `isSame`. */
export const putFirst = (list, entry, most, isSame = (other) => other === entry) =>
  list.splice(0, list.length, ...[entry, ...list.filter((other) => !isSame(other))].slice(0, most));

/** The value of `name*value` in a list, if it is there. */
export const valueOf = (list, name) => list.find((entry) => entry.startsWith(`${name}*`))?.slice(name.length + 1);

/** Puts an entry in place of the one of that name before; of more than 8 the one told longest ago is forgotten. */
export const putNamed = (all, entry) =>
  all.push(...all.splice(0).filter((old) => old.slice(0, 8) !== entry.slice(0, 8)).slice(-7), entry);

/** The same for a value of a date, of which there is one of each kind. */
export const putValue = (all, entry) =>
  all.push(...all.splice(0).filter((old) => old.slice(0, 9) !== entry.slice(0, 9)).slice(-7), entry);

/**
 * Puts what happened in front, once: what is bought was not removed. Of purchases `most` have room, of all else 8.
 *
 * It is written as in the visit cookie, a digit for what happened and the codes of item and category; in memory the
 * hour since midnight of the first day stands behind them.
 */
export function happen(all, past, most = 12) {
  const bought = past[0] === "1";
  const isOver = (old) => old === past || (bought && old.startsWith(`2${past.slice(1, 9)}`));
  let room = bought ? most - 1 : 7;
  all.splice(0, all.length, past, ...all.filter((old) => !isOver(old) && ((old[0] === "1") !== bought || room-- > 0)));
}

/**
 * The memory of a visitor who was never seen before: `lastMinute` is when something happened last; interests are levels of categories in 128ths of a doubling;
 * counters have by their names how often they counted, and in which hour since the first day they began to, those of
 * fatigue in which they last did; `kept` are variants as in the visit, and how likely they were; `left` is a cart, its
 * hour since 1970 and codes of its items; `dayBefore` is that of the visit before, where a campaign asks for it;
 * dates `o` and preferences `r` are as in the visit, values of dates `s`, too.
 */
export const newMemory = (now) => ({
  ...{ firstDay: Math.floor(now / DAY), visits: 0, lastMinute: Math.floor(now / MINUTE), dayBefore: null },
  ...{ halfLife: 7, interests: {}, counters: {}, unit: null, kept: [], past: [], o: [], r: [], s: [], left: null },
});

/** Seconds until memory is deleted: some days after its first, and never more. */
export const secondsLeft = (memory, now, days) =>
  Math.min(Math.max((memory.firstDay + days) * 86_400 - Math.floor(now / 1000), 0), days * 86_400);

/** Why memory may not be used any more, if so; the clocks of two hosts differ by an hour at most. */
export function unusable(memory, now, days) {
  const latest = Math.max(memory.firstDay * 1440, memory.lastMinute);
  if (latest > Math.floor(now / MINUTE) + 60) return "from-the-future";
  return secondsLeft(memory, now, days) > 0 ? null : "expired";
}

/** Levels have 16 bits; with a half-life of one day they begin far below 0. */
const level16 = (number) => Math.min(Math.max(number, -32_768), 32_767);
const levelOfOne = (now, firstDay, days) =>
  level16(Math.floor((now - firstDay * DAY) / ((days * DAY) / 128)) - (days === 1 ? 20_000 : 0));

/** Notes a look at a category: its count halves every so many days. Where those change, counts of now stay as they are. */
export function look(memory, category, now, halfLife) {
  const { firstDay, interests } = memory;
  const one = levelOfOne(now, firstDay, halfLife);
  const moved = one - levelOfOne(now, firstDay, memory.halfLife);
  if (memory.halfLife !== halfLife) for (const id in interests) interests[id] = level16(interests[id] + moved);
  memory.halfLife = halfLife;
  const strongest = Object.keys(interests).sort((a, b) => interests[b] - interests[a] || fnv(a) - fnv(b));
  // There is room for 16: a new one takes the place of the weakest.
  if (interests[category] === undefined) strongest.slice(15).forEach((weakest) => delete interests[weakest]);
  const level = interests[category] ?? -Infinity;
  interests[category] = Math.max(level, one) + Math.round(128 * Math.log2(1 + 2 ** (-Math.abs(level - one) / 128)));
}

/** The code of the category of the strongest interest, of equal ones the lowest. */
export const favorite = ({ interests }) =>
  Object.keys(interests).sort((a, b) => interests[b] - interests[a] || fnv(a) - fnv(b)).map(code)[0];

/** Hours since midnight of the first day. */
export const hourOf = (memory, now) => Math.max(Math.floor(now / HOUR) - memory.firstDay * 24, 0);

/** Whole hours since something happened. */
export const hoursSince = (past, memory, now) => hourOf(memory, now) - Number(past.slice(17));

/**
 * How far a cap was counted, or null where it cannot be: memory has room for 24 counters. After its days, of 24 hours
 * from its first hour on, it begins anew.
 */
export function timesOf(cap, { visit, memory, keeps, now }) {
  if (!cap.memory) return Number(valueOf(visit.x, code(cap.name)) ?? 0);
  const { times = 0, began } = memory?.counters[cap.name] ?? {};
  if (!keeps || (times === 0 && Object.keys(memory.counters).length === 24)) return null;
  return cap.days && hourOf(memory, now) - began >= cap.days * 24 ? 0 : times;
}

export function count(cap, moment) {
  const { visit, memory, now } = moment;
  const [name, before] = [code(cap.name), timesOf(cap, moment)];
  const times = Math.min(before + 1, 255);
  const began = () => (before > 0 && !cap.curve ? memory.counters[cap.name].began : hourOf(memory, now));
  if (!cap.memory) {
    putFirst(visit.x, `${name}*${times}`, 16, (other) => other.startsWith(name));
    fit(visit);
  } else if (before !== null) memory.counters[cap.name] = { times, began: began() };
}
