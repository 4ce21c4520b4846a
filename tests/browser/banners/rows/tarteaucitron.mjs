// tarteaucitron: services, which the playbook gives a meaning.
import { MEANINGS, NAMES, script } from "./parts.mjs";

/** tarteaucitron's buttons are there before they do anything. */
const wired = (page) => page.waitForTimeout(1000);

/** `state` is what it presumes of a visitor who has not answered. */
export const tarteaucitron = (state) => {
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
