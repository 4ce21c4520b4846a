// Cookies JSR, the banner of Drupal's module COOKiES: Parvis does not know it, so the playbook describes it.
import { again, check, MEANINGS, NAMES, script, style } from "./parts.mjs";

const services = NAMES.map((key) => ({ key, type: "other", name: key, info: { value: "", format: "" }, uri: "", needConsent: true }));

export const cookiesjsr = {
  name: "cookiesjsr",
  cookie: "cookiesjsr",
  consent: { banners: { cookiesjsr: { cookies: ["cookiesjsr"], shape: "json", answers: [{ yes: ["true"], no: ["false"] }], chosen: [], means: MEANINGS } } },
  html: `${style("cookiesjsr/dist/cookiesjsr.min.css")}<div id="cookiesjsr"></div>${again("location.hash = '#editCookieSettings'")}<script>
document.cookiesjsr = { config: { cookie: { name: "cookiesjsr", expires: 31536000000, secure: false, sameSite: "Lax" },
  interface: { openSettingsHash: "#editCookieSettings", showDenyAll: true, denyAllOnLayerClose: false, availableLangs: ["en"], defaultLang: "en",
    translationQuery: "/npm/cookiesjsr/none.json" } },
  services: { other: { id: "other", services: ${JSON.stringify(services)} } } };
</script>${script("cookiesjsr/dist/cookiesjsr.min.js")}`,
  shown: (page) => page.locator(".cookiesjsr-btn.allowAll").first().waitFor(),
  accept: (page) => page.locator(".cookiesjsr-btn.allowAll").first().click(),
  refuse: (page) => page.locator(".cookiesjsr-btn.denyAll").first().click(),
  async partly(page, taken) {
    await this.reopen(page);
    await this.take(page, taken);
  },
  reopen: (page) => page.locator("#again").dispatchEvent("click"),
  acceptAll: (page) => page.locator(".cookiesjsr-layer .allowAll").click(),
  refuseAll: (page) => page.locator(".cookiesjsr-layer .denyAll").click(),
  async take(page, taken) {
    for (const name of NAMES) {
      await check(page.locator(`.cookiesjsr-layer [aria-describedby="desc_${name}"]`), taken.includes(name), (box) => box.locator("xpath=.."));
    }
    await page.locator(".cookiesjsr-layer .save").click();
  },
};
