// Stand-ins for banners that tell only the page, and tell it again on every page.
import { MEANINGS, NAMES } from "./parts.mjs";

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
