/**
 * The only place that touches `document.cookie` and web storage.
 *
 * It hands them to the engine, which alone interprets them, and writes and deletes what the engine says. One thing it does by
 * itself: a denial is written, read and followed here, because it must not depend on anything that can fail. Where a browser
 * refuses, nothing is stored and nothing is lost but memory.
 */

import {
  DENIAL_DAYS, DEVICE, FLAG, MIRROR, ON_DEVICE, PERSISTENT, SESSION, STORAGE, STORED_MEMORY, STORED_NOTE, VISIT,
} from "./names.js";

const GONE = "=; Max-Age=0";
const ATTRIBUTES = "; Path=/; SameSite=Lax";
const AGE = "; Max-Age=";

/** What the browser has; empty where there is none to be had. */
const stored = () => attempt(() => document.cookie) ?? "";

/** The denial that was written last in this page: it holds here also where the browser stores or shows no cookie. */
let held = "";

/** All cookies that scripts may see, and a denial that is not among them. */
export function readCookies() {
  const cookies = stored();
  return held && cookiesOf(names[0], cookies).length === 0 ? [cookies, held].filter(Boolean).join("; ") : cookies;
}

/** Visitor memory, where no edge keeps it and the visitor permits it; it carries the second in which its life ends. */
export function readMemory() {
  const [, end = 0, memory = ""] = /^(\d+)\.(.*)$/.exec(attempt(() => localStorage.getItem(STORED_MEMORY)) ?? "") ?? [];
  if (Number(end) * 1000 > Date.now()) return memory;
  keepMemory("");
  return null;
}

/** What banners keep in web storage, under keys that are known and those that the playbook describes. @returns {[string, string][]} */
export function readBanners() {
  /** @type {[string, string][]} */
  const entries = [];
  for (const key of [...STORAGE, ...keys]) {
    const value = attempt(() => localStorage.getItem(key));
    if (value) entries.push([key, value]);
  }
  return entries;
}

/**
 * Does as an answer says: `=value` writes the visit cookie for this visit, empty deletes it, `*` leaves it.
 *
 * @param {string} kept
 */
export function keepVisit(kept) {
  if (kept === "*" || (!kept && cookiesOf(VISIT).length === 0)) return;
  write(VISIT + (kept || GONE));
}

/**
 * The same for visitor memory, where `=value; Max-Age=seconds` says when its life ends. It is never read to be removed.
 *
 * @param {string} kept
 */
export function keepMemory(kept) {
  if (kept === "*") return;
  const [memory, seconds] = kept.slice(1).split(AGE);
  const end = Math.floor(Date.now() / 1000) + Number(seconds);
  attempt(() => (kept ? localStorage.setItem(STORED_MEMORY, `${end}.${memory}`) : localStorage.removeItem(STORED_MEMORY)));
}

/** Names of the mirror cookie; it is written under the first. */
let names = [MIRROR];
/** Names of other flags that do not look like one; one that ends in `*` or `#` is a beginning. @type {string[]} */
let flags = [];
/** Keys of web storage that the playbook describes. @type {string[]} */
let keys = [];
/** What was said of names last. */
let heard = "";

/**
 * Takes over the names that the playbook gives the mirror cookie, other flags, and behind a `@` keys of web storage.
 *
 * @param {string} told empty for no news
 * @returns {boolean} whether there is more of web storage to read now
 */
export function nameMirror(told) {
  if (!told || told === heard) return false;
  heard = told;
  const before = readBanners().length;
  const [mirrors, others = ""] = told.split(",");
  const [first, other] = [mirrors, others].map((list) => list.split(" ").filter((name) => name && name[0] !== "@"));
  if (first.length > 0) names = [...new Set([...first, MIRROR])];
  if (others) flags = other;
  keys = told.split(/[ ,]/).filter((name) => name[0] === "@").map((name) => name.slice(1));
  return readBanners().length > before;
}

/** The cookies under a name. @param {string} name @param {string} [cookies] */
const cookiesOf = (name, cookies = readCookies()) => cookies.split("; ").filter((cookie) => cookie.startsWith(name + "="));

/** The mirror cookie under all of its names, which tells the edge what only the browser can see; empty for none. */
export const readMirror = () => names.flatMap((name) => cookiesOf(name)).join("; ");

/** Whether a cookie holds a choice, as far as that can be known before the playbook is. @param {string} name */
export const isFlag = (name) =>
  name !== VISIT && (FLAG.test(name) || [...names, ...flags].some((flag) => flag === name || (/[*#]$/.test(flag) && name.startsWith(flag.slice(0, -1)))));

/** The cookies that hold a choice. */
export const readFlags = () => readCookies().split("; ").filter((cookie) => isFlag(cookie.split("=")[0]));

/** The hash by which the edge writes ids where they are opaque: FNV-1a in eight digits. @param {string} text */
export const hash = (text) => {
  let number = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) number = Math.imul(number ^ text.charCodeAt(at), 0x01000193);
  return hex(number);
};

/** @param {number} number */
const hex = (number) => (number >>> 0).toString(16).padStart(8, "0");

/** Whether the browser sends Global Privacy Control. */
export const hasSignal = () => /** @type {any} */ (navigator).globalPrivacyControl === true;

/** What an edge says of the consent that it used: a sum over flags, whatever their order. */
export const digest = () => hex(readFlags().reduce((sum, flag) => sum + parseInt(hash(flag), 16), hasSignal() ? 1 : 0));

/** The records of the mirror cookie: time, granted, denied, origin. @param {string} [cookies] */
const records = (cookies) => names.flatMap((name) => cookiesOf(name, cookies)).flatMap((cookie) => cookie.slice(cookie.indexOf("=") + 3).split("~")).map((record) => record.split("."));

/** These purposes, and those that are nothing without them. @param {number} bits */
export const closed = (bits) => bits | (bits & DEVICE && ON_DEVICE);

/** The bits of all purposes that the mirror cookie denies. @param {string} [cookies] */
export const denied = (cookies = readCookies()) =>
  closed(records(cookies).reduce((bits, record) => bits | parseInt(record[2], 16), 0));

/**
 * Writes that the visitor denies these purposes, in place of what they chose through Parvis before.
 *
 * What the page's banner said stays beside it. Which is said before anything else is done, and for as long as any region asks.
 *
 * @param {number} bits
 */
export function deny(bits) {
  const seen = records().filter((record) => record[3] > "0").map((record) => record.join("."));
  const own = [Math.floor(Date.now() / 1000).toString(16), 0, bits.toString(16), 0].join(".");
  keepMirror("=1." + [own, ...seen.slice(0, 1)].join("~") + AGE + DENIAL_DAYS * 86400);
  forget(closed(bits));
}

/** Deletes what is kept for these purposes, unread. @param {number} bits */
export function forget(bits) {
  if (bits & SESSION) keepVisit("");
  if (bits & PERSISTENT) keepMemory("");
  if (bits & DEVICE) writeNote("");
}

/** Whether the denial of these purposes stands, and nothing that scripts can see is kept for them. @param {number} bits */
export const isDenied = (bits) => !(bits & ~denied(stored())) && !(bits & SESSION && cookiesOf(VISIT).length);

/**
 * Does as an answer says: `=value; Max-Age=seconds` writes the mirror cookie, empty deletes it, anything else leaves it.
 * Under its other names it is deleted in both cases: what was chosen before does not stay beside what is chosen now.
 *
 * @param {string} kept
 */
export function keepMirror(kept) {
  if (kept && kept[0] !== "=") return;
  const [first, ...others] = names;
  const [at, , no, origin] = kept.slice(3).split(/[.~;]/);
  held = no > "0" && origin === "0" ? `${first}=1.${at}.0.${no}.0` : "";
  if (kept) write(first + kept);
  for (const name of kept ? others : names) if (cookiesOf(name).length > 0) write(name + GONE);
}

/** Whether something may be kept on the device, as far as that can be known before the engine is asked. */
const mayKeep = () =>
  !(denied() & DEVICE) && (cookiesOf(VISIT).length > 0 || records().some((record) => parseInt(record[1], 16) & DEVICE));

/** Removes the note where nothing may be kept, for whom that failed when they said so. */
export const dropNote = () => void (denied() & DEVICE && writeNote(""));

export const readNote = () => (mayKeep() && attempt(() => sessionStorage.getItem(STORED_NOTE))) || "";

/** @param {string} note empty for none */
export const writeNote = (note) =>
  void attempt(() => (note ? sessionStorage.setItem(STORED_NOTE, note) : sessionStorage.removeItem(STORED_NOTE)));

/** @param {string} cookie */
const write = (cookie) =>
  void attempt(() => (document.cookie = cookie + ATTRIBUTES + (isSecureContext ? "; Secure" : "")));

/** @template T @param {() => T} use @returns {T | undefined} */
function attempt(use) {
  try {
    return use();
  } catch {
    // Sandboxed pages and browsers that block storage throw on the first touch.
  }
}
