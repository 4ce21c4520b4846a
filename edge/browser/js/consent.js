/**
 * Notices that the visitor's choice may have changed. What a choice means is the engine's business.
 *
 * It hears what banners dispatch and say to scripts, looks again when the page comes back into view, and tells the site's other
 * tabs. A banner also announces, on every page, the choice that was made long ago: what is stored did not change then, or was
 * mirrored for the edge before, and nobody is called.
 */

import { EVENTS } from "./banners.js";
import { dropNote, hasSignal, readBanners, readCookies, readFlags, readMirror, readNote, writeNote } from "./storage.js";
import { listen } from "./voices.js";

/**
 * @typedef {object} Flags what a browser stores of a visitor's choice, and much else
 * @property {string} cookies
 * @property {boolean} gpc
 * @property {boolean} dnt
 * @property {[string, string][]} storage
 */

/**
 * @param {boolean} edge whether an edge reads what is mirrored for it
 * @param {boolean} knows whether it is known which cookies are flags; otherwise any may be
 * @param {(before: Flags, here: boolean, back: boolean) => void} changed called with what was stored before, after it has
 * changed, whether it changed in this page, and whether the page was away in the meantime
 */
export function watch(edge, knows, changed) {
  const voices = listen(() => (edge ? isMirrored() || take(true) : hear()), () => look());
  let mirror = readMirror();
  /** @returns {Flags} */
  const read = () => {
    // Another tab has written it: what was said in this one before that is out of date.
    if (mirror !== (mirror = readMirror())) voices.forget();
    return {
      cookies: readCookies(),
      gpc: hasSignal(),
      dnt: navigator.doNotTrack === "1",
      storage: [...readBanners(), ...voices.said()],
    };
  };
  /** What can say that a choice has changed. @param {Flags} flags */
  const choice = (flags) => JSON.stringify(knows ? { ...flags, cookies: readFlags() } : flags);
  let before = read();
  let seen = choice(before);
  const see = () => (seen = choice((before = read())));
  let channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("parvis") : null;
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
    if (!now) return true;
    const then = readNote();
    return then === now + "!" || (then === now && !voices.settled);
  };
  const take = (here = false, back = false) => {
    const then = before;
    see();
    changed(then, here, back);
  };
  const look = (here = false, back = false) => seen !== choice(read()) && take(here, back);
  const hear = () => look(true);
  const come = () => document.visibilityState === "visible" && look(false, true);
  // Capturing on the window hears what is dispatched on the document as well.
  for (const type of EVENTS) addEventListener(type, hear, true);
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
    see,
    /** Takes over what we have written ourselves. @param {boolean} mayKeep whether that may be noted on the device */
    settle(mayKeep) {
      mirror = readMirror();
      see();
      const now = edge && mayKeep ? note(before) : "";
      if (now || readNote()) writeNote(now && now + (voices.settled ? "!" : ""));
      else dropNote();
    },
    stop() {
      voices.stop();
      for (const type of EVENTS) removeEventListener(type, hear, true);
      removeEventListener("pageshow", come);
      document.removeEventListener("visibilitychange", come);
      channel?.close();
      channel = null;
    },
  };
}
