/**
 * What banners say to scripts alone: `__tcfapi`, `__gpp`, Google Consent Mode, Osano. Words only; the engine interprets.
 *
 * An interface may arrive after us: it is looked for a few times while the page begins, a few times whenever a script has been
 * loaded later, and whenever the visitor's choice is read. What has not spoken by the last look of the beginning is not there.
 */

import { LISTENED } from "./banners.js";
import { CONSENT_MODE, GPP, OSANO, TCF } from "./names.js";

/** Pauses between looks while the page begins, in ms: nine seconds in all. */
const PAUSES = [250, 750, 2000, 6000];

/**
 * @param {() => void} heard called when somebody said something new, and when nobody is awaited any more; never from
 * within a call of the page's own
 * @param {() => void} spoke called when a banner may have stored a choice; likewise
 */
export function listen(heard, spoke) {
  /** @type {Map<string, string>} */
  const said = new Map();
  /** What is listened to already, by name. @type {Map<string, unknown>} */
  const known = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let telling;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let looking;
  let stopped = false;

  const tell = () => (telling ??= setTimeout(() => ((telling = undefined), stopped || heard())));

  /** @param {string} key @param {unknown} text nothing for no choice */
  const say = (key, text) => {
    const words = typeof text === "string" ? text : "";
    if ((said.get(key) ?? "") === words) return;
    if (words) said.set(key, words);
    else said.delete(key);
    tell();
  };

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let speaking;
  const speak = () => (speaking ??= setTimeout(() => ((speaking = undefined), stopped || spoke())));

  /** Listens to what is there and was not before. */
  const attend = () => {
    for (const [name, { find, hear }] of Object.entries({ ...VOICES, ...LISTENED })) {
      try {
        const found = find();
        if (!found || known.get(name) === found) continue;
        known.set(name, found);
        if (name in LISTENED) hear(found, speak, () => "");
        else hear(found, (/** @type {unknown} */ text) => say(name, text), () => said.get(name) ?? "");
      } catch {
        // The page's own functions may throw; then they have said nothing.
      }
    }
  };
  const arrive = (/** @type {Event} */ event) => {
    if (/** @type {Element} */ (event.target).localName !== "script") return;
    for (const pause of [0, ...PAUSES]) setTimeout(() => stopped || attend(), pause);
  };
  // Of what a script brings along nothing is heard but that it has loaded.
  document.addEventListener("load", arrive, true);

  const voices = {
    /** Whether nobody is awaited any more. */
    settled: false,
    /** What was said, by the engine's keys. @returns {[string, string][]} */
    said() {
      attend();
      return [...said];
    },
    /** Takes nothing for granted any more: another tab knows better, and what speaks from now on counts. */
    forget() {
      said.clear();
      clearTimeout(looking);
      voices.settled = false;
    },
    stop() {
      stopped = true;
      clearTimeout(telling);
      clearTimeout(looking);
      document.removeEventListener("load", arrive, true);
    },
  };

  /** @param {number} index */
  const look = (index) => {
    attend();
    voices.settled = index === PAUSES.length;
    if (voices.settled) tell();
    else looking = setTimeout(look, PAUSES[index], index + 1);
  };
  look(0);
  return voices;
}

/** @type {any} */
const page = globalThis;

/** @type {Record<string, { find: () => any, hear: (found: any, say: (text: unknown) => void, before: () => string) => void }>} */
const VOICES = {
  [TCF]: {
    find: () => page.__tcfapi,
    hear: (api, say) =>
      api("addEventListener", 2, (/** @type {any} */ data, /** @type {boolean} */ success) => {
        // While the banner is open, what it shows is not what the visitor chose.
        if (success !== true || !/^(tcloaded|useractioncomplete)$/.test(data?.eventStatus)) return;
        say(data.gdprApplies !== false && data.tcString);
      }),
  },
  [GPP]: {
    find: () => page.__gpp,
    hear(api, say) {
      const take = (/** @type {any} */ ping) => {
        if (ping?.signalStatus !== "ready") return;
        say(!ping.applicableSections?.includes(-1) && ping.gppString);
      };
      api("addEventListener", (/** @type {any} */ event) => take(event?.pingData));
      api("ping", take);
    },
  },
  [CONSENT_MODE]: {
    find: () => Array.isArray(page.dataLayer) && page.dataLayer,
    hear(layer, say, before) {
      const take = (/** @type {any[]} */ entries) => {
        /** @type {Record<string, string>} */
        const types = Object.fromEntries(before().split(",").map((answer) => answer.split(":")));
        for (const entry of entries) {
          // A `default` is nobody's choice.
          if (entry?.[0] !== "consent" || entry[1] !== "update") continue;
          for (const type of Object.keys(entry[2] ?? {})) if (/^\w+$/.test(type)) types[type] = entry[2][type];
        }
        const answered = Object.keys(types).sort().filter((type) => /^(granted|denied)$/.test(types[type]));
        say(answered.map((type) => `${type}:${types[type]}`).join());
      };
      const { push } = layer;
      layer.push = function (/** @type {any[]} */ ...entries) {
        const length = push.apply(this, entries);
        try {
          take(entries);
        } catch {
          // Nothing of ours may stop the page's own push.
        }
        return length;
      };
      take([...layer]);
    },
  },
  [OSANO]: {
    find: () => page.Osano?.cm,
    hear(cm, say) {
      // Before the visitor has chosen there is no consent to be had.
      for (const type of ["osano-cm-initialized", "osano-cm-consent-saved"]) {
        cm.addEventListener(type, (/** @type {unknown} */ consent) => say(consent && JSON.stringify(consent)));
      }
    },
  },
};
