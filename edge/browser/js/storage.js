/**
 * The only place that touches `document.cookie` and `localStorage`.
 *
 * It reads them whole and hands them to the engine, which alone interprets them, and it writes and deletes what the
 * engine says. Where a browser refuses, nothing is stored and nothing is lost but memory.
 */

import { MIRROR, STORAGE, STORED_MEMORY, STORED_NAMES, STORED_NOTE, VISIT } from "./names.js";

const GONE = "=; Max-Age=0";
const ATTRIBUTES = "; Path=/; SameSite=Lax";

/** All cookies that scripts may see; empty where there are none to be had. */
export const readCookies = () => attempt(() => document.cookie) ?? "";

/** Visitor memory, where no edge keeps it. */
export const readMemory = () => attempt(() => localStorage.getItem(STORED_MEMORY)) ?? null;

/** What banners keep in web storage, under keys that are known and those that the playbook describes. @returns {[string, string][]} */
export function readBanners() {
  const entries = [];
  for (const key of [...STORAGE, ...storedNames().filter(isKey).map((name) => name.slice(1))]) {
    const value = attempt(() => localStorage.getItem(key));
    if (value) entries.push([key, value]);
  }
  return /** @type {[string, string][]} */ (entries);
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
 * The same for visitor memory.
 *
 * @param {string} kept
 */
export function keepMemory(kept) {
  if (kept === "*") return;
  attempt(() => (kept ? localStorage.setItem(STORED_MEMORY, kept.slice(1)) : localStorage.removeItem(STORED_MEMORY)));
}

/** Names of the mirror cookie, which is written under the first, and behind a `@` keys of web storage. @type {string[] | undefined} */
let names;

const storedNames = () => (names ??= (attempt(() => localStorage.getItem(STORED_NAMES)) || MIRROR).split(" "));
const isKey = (/** @type {string} */ name) => name[0] === "@";
const mirrorNames = () => storedNames().filter((name) => !isKey(name));

/**
 * Takes over the names that the playbook gives the mirror cookie, and the keys of web storage that it describes.
 *
 * @param {string} told with spaces between; empty for no news
 * @returns {boolean} whether there is more of web storage to read now
 */
export function nameMirror(told) {
  if (!told || told === storedNames().join(" ")) return false;
  const before = readBanners().length;
  names = told.split(" ");
  attempt(() => (told === MIRROR ? localStorage.removeItem(STORED_NAMES) : localStorage.setItem(STORED_NAMES, told)));
  return readBanners().length > before;
}

/** The cookies under a name. @param {string} name */
const cookiesOf = (name) => readCookies().split("; ").filter((cookie) => cookie.startsWith(name + "="));

/** The mirror cookie under all of its names, which tells the edge what only the browser can see; empty for none. */
export const readMirror = () => mirrorNames().flatMap(cookiesOf).join("; ");

/**
 * Does as an answer says: `=value; Max-Age=seconds` writes the mirror cookie, empty deletes it, anything else leaves it.
 * Under its other names it is deleted in both cases: what was chosen before does not stay beside what is chosen now.
 *
 * @param {string} kept
 */
export function keepMirror(kept) {
  if (kept && kept[0] !== "=") return;
  const [first, ...others] = mirrorNames();
  if (kept) write(first + kept);
  for (const name of kept ? others : [first, ...others]) if (cookiesOf(name).length > 0) write(name + GONE);
}

export const readNote = () => attempt(() => sessionStorage.getItem(STORED_NOTE)) ?? "";

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
