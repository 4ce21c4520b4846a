/**
 * The only place that touches `document.cookie` and `localStorage`.
 *
 * It reads them whole and hands them to the engine, which alone interprets them, and it writes and deletes what the
 * engine says. Where a browser refuses, nothing is stored and nothing is lost but memory.
 */

const VISIT = "parvis-visit";
const MEMORY = "parvis-memory";
const MIRROR = "parvis-consent";
/** What was mirrored last, as a number, for as long as the tab is open. */
const NOTE = "parvis-mirrored";
/** Banners that keep their choice in web storage (facts/consent.md). */
const BANNERS = ["ucData", "uc_settings", "uc_user_interaction"];
const ATTRIBUTES = "; Path=/; SameSite=Lax";

/** All cookies that scripts may see; empty where there are none to be had. */
export const readCookies = () => attempt(() => document.cookie) ?? "";

/** Visitor memory, where no edge keeps it. */
export const readMemory = () => attempt(() => localStorage.getItem(MEMORY)) ?? null;

/** What known banners keep in web storage. @returns {[string, string][]} */
export function readBanners() {
  const entries = [];
  for (const key of BANNERS) {
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
  if (kept === "*" || (!kept && !readCookies().includes(VISIT + "="))) return;
  write(VISIT + (kept || "=; Max-Age=0"));
}

/**
 * The same for visitor memory.
 *
 * @param {string} kept
 */
export function keepMemory(kept) {
  if (kept === "*") return;
  attempt(() => (kept ? localStorage.setItem(MEMORY, kept.slice(1)) : localStorage.removeItem(MEMORY)));
}

/** The mirror cookie, which tells the edge what only the browser can see; empty for none. */
export const readMirror = () => readCookies().match(`(?:^|; )${MIRROR}=([^;]*)`)?.[1] ?? "";

/**
 * Does as an answer says: `=value; Max-Age=seconds` writes the mirror cookie, empty deletes it, anything else leaves it.
 *
 * @param {string} kept
 */
export function keepMirror(kept) {
  if (kept ? kept[0] !== "=" : !readMirror()) return;
  write(MIRROR + (kept || "=; Max-Age=0"));
}

export const readNote = () => attempt(() => sessionStorage.getItem(NOTE)) ?? "";

/** @param {string} note empty for none */
export const writeNote = (note) =>
  void attempt(() => (note ? sessionStorage.setItem(NOTE, note) : sessionStorage.removeItem(NOTE)));

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
