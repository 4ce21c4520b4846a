// @stormid/cookie-banner: JSON in base64. Parvis does not know it, so the playbook describes it.
import { MEANINGS, NAMES } from "./parts.mjs";

const radio = (name, value) => `<input type="radio" class="privacy-banner__field" name="privacy-${name}" id="${name}-${value}" value="${value}">`;

export const stormid = {
  name: "@stormid/cookie-banner",
  cookie: "CookiePreferences",
  consent: {
    banners: { stormid: { cookies: ["CookiePreferences"], encoding: ["base64"], shape: "json", answers: [{ at: "consent/*", yes: ["1"], no: ["0"] }], chosen: [], means: MEANINGS } },
  },
  html: `<div class="privacy-banner__form-container"></div><div class="privacy-banner__form-announcement" role="alert"></div>
<script type="module">
import banner from "/npm/@stormid/cookie-banner/dist/index.modern.mjs";
banner({ name: "CookiePreferences", secure: false, samesite: "lax", domain: "", hideBannerOnFormPage: false, types: ${JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, { title: name, description: name, labels: { yes: "Yes", no: "No" }, fns: [] }])))},
  bannerTemplate: (model) => \`<section class="\${model.classNames.banner}"><button class="\${model.classNames.acceptBtn}">Yes</button><button class="\${model.classNames.rejectBtn}">No</button></section>\`,
  formTemplate: (model) => \`<form class="\${model.settings.classNames.form}">${NAMES.map((name) => `<fieldset class="privacy-banner__fieldset">${radio(name, 1)}${radio(name, 0)}</fieldset>`).join("")}<button class="\${model.settings.classNames.submitBtn}">Save</button></form>\` });
</script>`,
  shown: (page) => page.locator(".privacy-banner__accept").waitFor(),
  accept: (page) => page.locator(".privacy-banner__accept").click(),
  refuse: (page) => page.locator(".privacy-banner__reject").click(),
  partly: (page, taken) => stormid.take(page, taken),
  reopen: (page) => page.locator(".privacy-banner__submit").waitFor(),
  // Its form has no button for all.
  acceptAll: (page) => stormid.take(page, NAMES),
  refuseAll: (page) => stormid.take(page, []),
  async take(page, taken) {
    for (const name of NAMES) await page.locator(`#${name}-${taken.includes(name) ? 1 : 0}`).check();
    await page.locator(".privacy-banner__submit").click();
  },
};
