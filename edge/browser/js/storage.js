/**
 * The only place that touches `document.cookie` and `localStorage`.
 *
 * It reads them whole and hands them to the engine, which alone interprets them, and it writes and deletes what the
 * engine says. Where a browser refuses, nothing is stored and nothing is lost but memory.
 */

const VISIT = "parvis-visit";
const MEMORY = "parvis-memory";
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
  const secure = isSecureContext ? "; Secure" : "";
  const value = kept ? kept + ATTRIBUTES : "=" + ATTRIBUTES + "; Max-Age=0";
  attempt(() => (document.cookie = VISIT + value + secure));
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

/** @template T @param {() => T} use @returns {T | undefined} */
function attempt(use) {
  try {
    return use();
  } catch {
    // Sandboxed pages and browsers that block storage throw on the first touch.
  }
}
