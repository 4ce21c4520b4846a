// Klaro: services, which the playbook gives a meaning.
import { again, check, MEANINGS, NAMES, script } from "./parts.mjs";

export const klaro = {
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
