/**
 * Notices that the visitor's choice may have changed. What a choice means is the engine's business.
 *
 * It hears vanilla-cookieconsent's events, looks again when the page comes back into view, and tells the site's other
 * tabs. A banner also announces, on every page, the choice that was made long ago: what is stored did not change then,
 * and nobody is called.
 */

import { readBanners, readCookies } from "./storage.js";

const BANNER = ["cc:onConsent", "cc:onChange"];

/**
 * @typedef {object} Flags what a browser stores of a visitor's choice, and much else
 * @property {string} cookies
 * @property {boolean} gpc
 * @property {boolean} dnt
 * @property {[string, string][]} storage
 */

/** @returns {Flags} */
export const readFlags = () => ({
  cookies: readCookies(),
  gpc: /** @type {any} */ (navigator).globalPrivacyControl === true,
  dnt: navigator.doNotTrack === "1",
  storage: readBanners(),
});

/**
 * @param {(before: Flags) => void} changed called with what was stored before, after it has changed
 */
export function watch(changed) {
  let seen = readFlags();
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("parvis") : null;
  const look = () => {
    const before = seen;
    seen = readFlags();
    if (JSON.stringify(before) === JSON.stringify(seen)) return false;
    changed(before);
    return true;
  };
  const hear = () => look() && channel?.postMessage("consent");
  const come = () => document.visibilityState === "visible" && look();
  for (const type of BANNER) addEventListener(type, hear);
  addEventListener("pageshow", come);
  document.addEventListener("visibilitychange", come);
  channel?.addEventListener("message", look);
  return {
    /** Looks now, as when a banner has spoken. */
    look: hear,
    /** Takes over what we have written ourselves. */
    settle: () => void (seen = readFlags()),
    stop() {
      for (const type of BANNER) removeEventListener(type, hear);
      removeEventListener("pageshow", come);
      document.removeEventListener("visibilitychange", come);
      channel?.close();
    },
  };
}
