/**
 * What banners do when a visitor has decided: events that they dispatch, and functions by which they can be listened to.
 *
 * Nothing is read of an event but its name: what the visitor chose is looked up where it is stored. Where the browser tells of
 * changed cookies itself, most of these are not needed. A banner that says its choice to scripts alone is in `voices.js`.
 */

import { isFlag } from "./storage.js";

/** Names of events, on the window or the document, each with where its vendor describes it. */
export const EVENTS = [
  "cc:onConsent", // vanilla-cookieconsent 3: cookieconsent.orestbida.com/advanced/callbacks-events
  "cc:onChange", // the same
  "UC_CONSENT", // Usercentrics 3: docs.usercentrics.com
  "UC_UI_CMP_EVENT", // Usercentrics 2: docs.usercentrics.com/#/v2-events
  "CookiebotOnAccept", // cookiebot.com/en/developer
  "CookiebotOnDecline", // the same
  "OneTrustGroupsUpdated", // developer.onetrust.com/onetrust/docs/javascript-events-guide
  "OTConsentApplied", // the same
  "tac.consent_updated", // tarteaucitron.js 1.34, its source
  "cookieyes_consent_update", // cookieyes.com/documentation/events-on-cookie-banner-interactions
  "cmplz_status_change", // Complianz: complianz.js of its WordPress plugin
  "cmplz_revoke", // the same
  "storage", // the browser: another tab has written web storage (html.spec.whatwg.org)
];

/** @type {any} */
const page = globalThis;

/**
 * Functions, by the banner: `find` gives the banner where it is there, and `hear` listens to it.
 *
 * @type {Record<string, { find: () => any, hear: (found: any, heard: () => void) => void }>}
 */
export const LISTENED = {
  // developers.didomi.io/cmp/web-sdk/reference/events
  didomi: { find: () => page.Didomi?.on && page.Didomi, hear: (didomi, heard) => didomi.on("consent.changed", heard) },
  // developers.axeptio.eu/sdk: what is pushed here is called with the SDK, at once where it is there
  axeptio: { find: () => page._axcb, hear: (queue, heard) => queue.push((/** @type {any} */ sdk) => sdk.on("cookies:complete", heard)) },
  // klaro's README and consent-manager.js
  klaro: { find: () => page.klaro, hear: (klaro, heard) => klaro.getManager().watch({ update: heard }) },
  // orejime 3: its manager emits `update`
  orejime: { find: () => page.orejime?.manager, hear: (manager, heard) => manager.on("update", heard) },
  // developer.mozilla.org/docs/Web/API/CookieStore/change_event
  cookies: {
    find: () => page.cookieStore,
    hear: (store, heard) =>
      store.addEventListener("change", (/** @type {any} */ { changed, deleted }) => {
        if ([...changed, ...deleted].some(({ name }) => isFlag(name))) heard();
      }),
  },
};
