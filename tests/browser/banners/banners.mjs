// The banners: how each is put into a page, and how a visitor clicks in it. A visitor chooses among three services:
// `reco`, `stats` and `ads` (vanilla-cookieconsent calls them by its own default names).

const NAMES = ["reco", "stats", "ads"];
const CATEGORIES = { reco: "functionality", stats: "analytics", ads: "marketing" };
const MEANINGS = {
  reco: ["device_storage", "session_personalization", "persistent_personalization"],
  stats: ["device_storage", "measurement", "experimentation"],
  ads: ["device_storage", "profile", "sale_share"],
};
const script = (file) => `<script src="/npm/${file}"></script>`;
const style = (file) => `<link rel="stylesheet" href="/npm/${file}">`;
const again = (call) => `<button id="again" onclick="${call}">Privacy choices</button>`;

/**
 * What a visitor does: `accept` and `refuse` are the banner's own buttons, `partly` takes some services, `reopen` comes
 * back to the choices later, where `acceptAll`, `refuseAll` and `take` choose anew.
 *
 * @typedef {object} Banner
 * @property {string} name
 * @property {object} consent the `consent` object of a playbook
 * @property {string} html
 * @property {string} cookie where it keeps its choice
 */

const tarteaucitron = (state) => {
  const services = NAMES.map((name) => `tarteaucitron.services.${name} = { key: "${name}", type: "other", name: "${name}", uri: "",
    needConsent: true, cookies: [], js() {}, fallback() {} }; (tarteaucitron.job = tarteaucitron.job || []).push("${name}");`);
  return {
    name: `tarteaucitron${state === "wait" ? "" : `, serviceDefaultState ${state}`}`,
    cookie: "tarteaucitron",
    consent: { meanings: { tarteaucitron: MEANINGS }, ...(state === "true" && { tarteaucitron_presumes: true }) },
    html: `${script("tarteaucitronjs/tarteaucitron.js")}<script>
tarteaucitron.init({ privacyUrl: "", serviceDefaultState: ${state === "wait" ? '"wait"' : state}, showIcon: true, closePopup: true });
addEventListener("load", () => { ${services.join("\n")} });
</script>`,
    async shown(page) {
      // Where all is presumed it asks nobody.
      await page.locator(state === "wait" ? "#tarteaucitronPersonalize2" : "#tarteaucitronManager").waitFor();
      await wired(page);
    },
    accept: (page) => page.locator("#tarteaucitronPersonalize2").click(),
    refuse: (page) => page.locator("#tarteaucitronAllDenied2").click(),
    async partly(page, taken) {
      await page.locator("#tarteaucitronCloseAlert").click();
      await this.take(page, taken);
    },
    async reopen(page) {
      await page.locator("#tarteaucitronManager").waitFor();
      await wired(page);
      await page.locator("#tarteaucitronManager").click();
    },
    acceptAll: (page) => page.locator("#tarteaucitronAllAllowed").click(),
    refuseAll: (page) => page.locator("#tarteaucitronAllDenied").click(),
    async take(page, taken) {
      for (const name of NAMES) await page.locator(`#${name}${taken.includes(name) ? "Allowed" : "Denied"}`).click();
    },
  };
};

/** tarteaucitron's buttons are there before they do anything. */
const wired = (page) => page.waitForTimeout(1000);

const klaro = {
  name: "klaro",
  cookie: "klaro",
  consent: { meanings: { klaro: MEANINGS } },
  html: `<script>window.klaroConfig = { version: 1, elementID: "klaro", privacyPolicy: "/privacy", default: false, mustConsent: false,
acceptAll: true, groupByPurpose: false, hideDeclineAll: false, lang: "en", translations: { zz: { privacyPolicyUrl: "/privacy" } },
services: ${JSON.stringify(NAMES.map((name) => ({ name, title: name, purposes: ["use"], cookies: [] })))} };</script>
${script("klaro/dist/klaro.js")}${again("klaro.show(undefined, true)")}`,
  shown: (page) => page.locator(".cookie-notice .cm-btn-success").waitFor(),
  accept: (page) => page.locator(".cookie-notice .cm-btn-success").click(),
  refuse: (page) => page.locator(".cookie-notice .cn-decline").click(),
  async partly(page, taken) {
    await page.locator(".cookie-notice .cn-learn-more").click();
    await this.take(page, taken);
  },
  reopen: (page) => page.locator("#again").click(),
  // Once somebody has answered, it offers no button for all any more.
  acceptAll: (page) => klaro.take(page, NAMES),
  refuseAll: (page) => klaro.take(page, []),
  async take(page, taken) {
    for (const name of NAMES) await check(page.locator(`#service-item-${name}`), taken.includes(name), (box) => box.locator("xpath=../label"));
    await page.locator(".cookie-modal .cm-btn-accept").click();
  },
};

const orejime = {
  name: "orejime",
  cookie: "eu-consent",
  consent: { meanings: { orejime: MEANINGS } },
  html: `${style("orejime/dist/orejime-standard.css")}<script>window.orejimeConfig = { privacyPolicyUrl: "/privacy",
purposes: ${JSON.stringify(NAMES.map((name) => ({ id: name, title: name, cookies: [] })))} };</script>
${script("orejime/dist/orejime-standard-en.js")}${again("orejime.prompt()")}`,
  shown: (page) => page.locator(".orejime-Banner-saveButton").waitFor(),
  accept: (page) => page.locator(".orejime-Banner-saveButton").click(),
  refuse: (page) => page.locator(".orejime-Banner-declineButton").click(),
  async partly(page, taken) {
    await page.locator(".orejime-Banner-learnMoreButton").click();
    await this.take(page, taken);
  },
  reopen: (page) => page.locator("#again").click(),
  async acceptAll(page) {
    await page.locator(".orejime-PurposeToggles-enableAll").click();
    await page.locator(".orejime-Modal-saveButton").click();
  },
  async refuseAll(page) {
    await page.locator(".orejime-PurposeToggles-disableAll").click();
    await page.locator(".orejime-Modal-saveButton").click();
  },
  async take(page, taken) {
    for (const name of NAMES) await check(page.locator(`.orejime-Purpose-input[id$="${name}"]`), taken.includes(name));
    await page.locator(".orejime-Modal-saveButton").click();
  },
};

const vanilla = {
  name: "vanilla-cookieconsent",
  cookie: "cc_cookie",
  consent: {},
  html: `${style("vanilla-cookieconsent/dist/cookieconsent.css")}${script("vanilla-cookieconsent/dist/cookieconsent.umd.js")}<script>
CookieConsent.run({ hideFromBots: false, disablePageInteraction: false, categories: { necessary: { enabled: true, readOnly: true }, functionality: {}, analytics: {}, marketing: {} },
language: { default: "en", translations: { en: {
  consentModal: { title: "Cookies", description: "?", acceptAllBtn: "Yes", acceptNecessaryBtn: "No", showPreferencesBtn: "Choose" },
  preferencesModal: { title: "Choices", acceptAllBtn: "Yes to all", acceptNecessaryBtn: "No to all", savePreferencesBtn: "Save", closeIconLabel: "Close",
    sections: ["functionality", "analytics", "marketing"].map((name) => ({ title: name, description: "?", linkedCategory: name })) } } } } });
</script>${again("CookieConsent.showPreferences()")}`,
  shown: (page) => page.locator("#cc-main .cm [data-role=all]").waitFor(),
  accept: (page) => page.locator("#cc-main .cm [data-role=all]").click(),
  refuse: (page) => page.locator("#cc-main .cm [data-role=necessary]").click(),
  async partly(page, taken) {
    await page.locator("#cc-main .cm [data-role=show]").click();
    await this.take(page, taken);
  },
  reopen: (page) => page.locator("#again").click(),
  acceptAll: (page) => page.locator("#cc-main .pm [data-role=all]").click(),
  refuseAll: (page) => page.locator("#cc-main .pm [data-role=necessary]").click(),
  async take(page, taken) {
    for (const name of NAMES) await check(page.locator(`#cc-main .section__toggle[value=${CATEGORIES[name]}]`), taken.includes(name));
    await page.locator("#cc-main .pm [data-role=save]").click();
  },
};

/** Brings a checkbox to `wanted` with a click, on what `face` says lies over it. */
async function check(box, wanted, face = (box) => box) {
  if ((await box.isChecked()) !== wanted) await face(box).first().click();
}

export const BANNERS = [vanilla, klaro, tarteaucitron("wait"), orejime];
/** It writes `true` for whoever has not answered. */
export const PRESUMING = tarteaucitron("true");

/** Stand-ins for banners that tell only the page, and tell it again on every page. */
const scriptOnly = (name, say) => ({
  name,
  cookie: "parvis-consent",
  consent: { meanings: { usercentrics: MEANINGS } },
  html: `<script>
window.choose = (taken) => (localStorage.setItem("banner", taken.join()), say(taken));
const say = ${say};
const kept = localStorage.getItem("banner");
if (kept !== null) say(kept.split(",").filter(Boolean));
</script>`,
  shown: (page) => page.waitForFunction("window.parvis"),
  accept: (page) => page.evaluate((taken) => choose(taken), NAMES),
  refuse: (page) => page.evaluate(() => choose([])),
  partly: (page, taken) => page.evaluate((taken) => choose(taken), taken),
  async reopen() {},
  acceptAll: (page) => page.evaluate((taken) => choose(taken), NAMES),
  refuseAll: (page) => page.evaluate(() => choose([])),
  take: (page, taken) => page.evaluate((taken) => choose(taken), taken),
});

export const UNSEEN = [
  scriptOnly("Google Consent Mode", (taken) => {
    window.dataLayer = window.dataLayer || [];
    const answer = (service) => (taken.includes(service) ? "granted" : "denied");
    const types = { personalization_storage: "reco", analytics_storage: "stats", ad_storage: "ads", ad_user_data: "ads", ad_personalization: "ads" };
    window.dataLayer.push(["consent", "update", Object.fromEntries(Object.entries(types).map(([type, service]) => [type, answer(service)]))]);
  }),
  scriptOnly("Usercentrics", (taken) => {
    const services = Object.fromEntries(["reco", "stats", "ads"].map((name) => [name, { consent: taken.includes(name) }]));
    localStorage.setItem("ucData", JSON.stringify({ consent: { services } }));
    dispatchEvent(new CustomEvent("UC_CONSENT"));
  }),
];
