// vanilla-cookieconsent, versions 3 and 2: categories by its own default names.
import { again, check, NAMES, script, style } from "./parts.mjs";

const CATEGORIES = { reco: "functionality", stats: "analytics", ads: "marketing" };

export const vanilla = {
  name: "vanilla-cookieconsent",
  cookie: "cc_cookie",
  byCategory: true,
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

/** Version 2: other names of the times, and before 2.9 of the list. */
export const vanilla2 = (version, folder) => ({
  name: `vanilla-cookieconsent ${version}`,
  cookie: "cc_cookie",
  byCategory: true,
  consent: {},
  html: `${style(`${folder}/dist/cookieconsent.css`)}${script(`${folder}/dist/cookieconsent.js`)}<script>
const banner = initCookieConsent();
banner.run({ hide_from_bots: false, current_lang: "en", autoclear_cookies: false, page_scripts: false, languages: { en: {
  consent_modal: { title: "Cookies", description: "?", primary_btn: { text: "Yes", role: "accept_all" }, secondary_btn: { text: "No", role: "accept_necessary" } },
  settings_modal: { title: "Choices", save_settings_btn: "Save", accept_all_btn: "Yes to all", reject_all_btn: "No to all", close_btn_label: "Close", blocks: [
    { title: "necessary", description: "?", toggle: { value: "necessary", enabled: true, readonly: true } },
    ...["functionality", "analytics", "marketing"].map((value) => ({ title: value, description: "?", toggle: { value, enabled: false, readonly: false } }))] } } } });
</script>${again("banner.showSettings()")}`,
  shown: (page) => page.locator("#c-p-bn").waitFor(),
  accept: (page) => page.locator("#c-p-bn").click(),
  refuse: (page) => page.locator("#c-s-bn").click(),
  async partly(page, taken) {
    await this.reopen(page);
    await this.take(page, taken);
  },
  // The notice may lie over the site's own button.
  reopen: (page) => page.locator("#again").dispatchEvent("click"),
  acceptAll: (page) => page.locator("#s-all-bn").click(),
  refuseAll: (page) => page.locator("#s-rall-bn").click(),
  async take(page, taken) {
    for (const name of NAMES) {
      await check(page.locator(`#s-bl .c-tgl[value=${CATEGORIES[name]}]`), taken.includes(name), (box) => box.locator("xpath=.."));
    }
    await page.locator("#s-sv-bn").click();
  },
});
