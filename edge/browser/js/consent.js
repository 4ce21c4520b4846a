/**
 * Notices that the visitor's choice may have changed. What a choice means is the engine's business.
 *
 * It hears the events of vanilla-cookieconsent and Usercentrics and what banners say to scripts, looks again when the
 * page comes back into view, and tells the site's other tabs. A banner also announces, on every page, the choice that
 * was made long ago: what is stored did not change then, or was mirrored for the edge before, and nobody is called.
 */

import { readBanners, readCookies, readMirror, readNote, writeNote } from "./storage.js";
import { listen } from "./voices.js";

const BANNER = ["cc:onConsent", "cc:onChange", "UC_CONSENT", "UC_UI_CMP_EVENT"];

/**
 * @typedef {object} Flags what a browser stores of a visitor's choice, and much else
 * @property {string} cookies
 * @property {boolean} gpc
 * @property {boolean} dnt
 * @property {[string, string][]} storage
 */

/**
 * @param {boolean} edge whether an edge reads what is mirrored for it
 * @param {(before: Flags, here: boolean) => void} changed called with what was stored before, after it has changed, and
 * whether it changed in this page
 */
export function watch(edge, changed) {
  const voices = listen(() => (edge ? isMirrored() || take(true) : hear()));
  let mirror = readMirror();
  /** @returns {Flags} */
  const read = () => {
    // Another tab has written it: what was said in this one before that is out of date.
    if (mirror !== (mirror = readMirror())) voices.forget();
    return {
      cookies: readCookies(),
      gpc: /** @type {any} */ (navigator).globalPrivacyControl === true,
      dnt: navigator.doNotTrack === "1",
      storage: [...readBanners(), ...voices.said()],
    };
  };
  let seen = read();
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("parvis") : null;
  const said = () => JSON.stringify(voices.said());

  /** What the mirror is made from, and the mirror, as a number; empty for neither. @param {Flags} flags */
  const note = ({ storage }) => {
    if (!mirror && storage.length === 0) return "";
    let number = 0;
    for (const letter of JSON.stringify([storage, mirror])) number = (Math.imul(number, 31) + letter.charCodeAt(0)) | 0;
    return String(number);
  };
  /** Whether the engine has seen all this in this tab; what it was told early does not say that something is gone. */
  const isMirrored = () => {
    const now = note(read());
    const then = readNote();
    return !now || then === now + "!" || (then === now && !voices.settled);
  };
  /** @param {boolean} here */
  const take = (here) => {
    const before = seen;
    seen = read();
    changed(before, here);
  };
  const look = (here = false) => JSON.stringify(seen) !== JSON.stringify(read()) && take(here);
  const hear = () => look(true);
  const come = () => document.visibilityState === "visible" && look();
  for (const type of BANNER) addEventListener(type, hear);
  addEventListener("pageshow", come);
  document.addEventListener("visibilitychange", come);
  channel?.addEventListener("message", ({ data }) => {
    if (data !== said()) voices.forget();
    look();
  });
  return {
    /** Looks now, as when a banner has spoken. */
    look: hear,
    /** Tells the other tabs, after what is stored has been brought up to date. */
    tell: () => void channel?.postMessage(said()),
    read,
    isSettled: () => voices.settled,
    /** Takes over what we have written ourselves. */
    settle() {
      mirror = readMirror();
      seen = read();
      const now = edge ? note(seen) : "";
      writeNote(now && now + (voices.settled ? "!" : ""));
    },
    stop() {
      voices.stop();
      for (const type of BANNER) removeEventListener(type, hear);
      removeEventListener("pageshow", come);
      document.removeEventListener("visibilitychange", come);
      channel?.close();
    },
  };
}
