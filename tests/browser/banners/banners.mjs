// The table of banners: one row a file. A row says how a banner is put into a page, and how a visitor clicks in it.
// A visitor chooses among three services, `reco`, `stats` and `ads`, by whatever names the banner has for them.
import { c15t } from "./rows/c15t.mjs";
import { cookieconsent } from "./rows/cookieconsent.mjs";
import { cookiesjsr } from "./rows/cookiesjsr.mjs";
import { klaro } from "./rows/klaro.mjs";
import { orejime } from "./rows/orejime.mjs";
import { stormid } from "./rows/stormid.mjs";
import { tarteaucitron } from "./rows/tarteaucitron.mjs";
import { vanilla, vanilla2 } from "./rows/vanilla.mjs";

export { UNSEEN } from "./rows/unseen.mjs";

/**
 * What a visitor does: `accept` and `refuse` are the banner's own buttons, `partly` takes some services, `reopen` comes
 * back to the choices later, where `acceptAll`, `refuseAll` and `take` choose anew.
 *
 * @typedef {object} Banner
 * @property {string} name
 * @property {object} consent the `consent` object of a playbook
 * @property {string} html
 * @property {string} cookie where it keeps its choice
 * @property {boolean} [byCategory] whether refusing the functional category refuses precise location with it
 * @property {boolean} [whole] whether it takes everything or nothing
 */

export const BANNERS = [
  vanilla,
  vanilla2("2.9", "vanilla-cookieconsent-2.9"),
  vanilla2("2.8", "vanilla-cookieconsent-2.8"),
  klaro,
  tarteaucitron("wait"),
  orejime,
  cookieconsent,
  c15t,
  cookiesjsr,
  stormid,
];
/** It writes `true` for whoever has not answered. */
export const PRESUMING = tarteaucitron("true");
