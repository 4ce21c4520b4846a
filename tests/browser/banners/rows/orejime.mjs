// orejime: purposes, which the playbook gives a meaning.
import { again, check, MEANINGS, NAMES, script, style } from "./parts.mjs";

export const orejime = {
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
