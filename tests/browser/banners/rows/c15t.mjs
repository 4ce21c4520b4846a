// c15t: categories, in a store without an interface of its own. The page's buttons call it as its documentation does.
import { NAMES } from "./parts.mjs";

const CATEGORIES = { reco: ["functionality", "experience"], stats: ["measurement"], ads: ["marketing"] };
/** What its modules import by name. */
const IMPORTS = {
  "@c15t/schema/types": "@c15t/schema/dist/types.js",
  "@c15t/translations": "@c15t/translations/dist/index.js",
  c15t: "c15t/dist/index.js",
  valibot: "valibot/dist/index.mjs",
  "zustand/vanilla": "zustand/esm/vanilla.mjs",
};

export const c15t = {
  name: "c15t",
  cookie: "c15t",
  byCategory: true,
  consent: {},
  html: `<script type="importmap">${JSON.stringify({ imports: Object.fromEntries(Object.entries(IMPORTS).map(([name, file]) => [name, `/npm/${file}`])) })}</script>
<div id="c15t" hidden>
<button id="all">Yes</button><button id="none">No</button>
${NAMES.map((name) => `<label><input type="checkbox" id="${name}">${name}</label>`).join("")}
<button id="save">Save</button></div>
<script type="module">
import { getOrCreateConsentRuntime } from "c15t";
const { consentStore } = getOrCreateConsentRuntime({ mode: "offline", consentCategories: ["necessary", "functionality", "experience", "measurement", "marketing"] });
const names = ${JSON.stringify(CATEGORIES)};
const part = (id) => document.getElementById(id);
part("all").onclick = () => consentStore.getState().saveConsents("all");
part("none").onclick = () => consentStore.getState().saveConsents("necessary");
part("save").onclick = () => {
  for (const [id, list] of Object.entries(names)) for (const name of list) consentStore.getState().setSelectedConsent(name, part(id).checked);
  consentStore.getState().saveConsents("custom");
};
part("c15t").hidden = false;
</script>`,
  shown: (page) => page.locator("#c15t").waitFor(),
  accept: (page) => page.locator("#all").click(),
  refuse: (page) => page.locator("#none").click(),
  partly: (page, taken) => c15t.take(page, taken),
  reopen: (page) => page.locator("#c15t").waitFor(),
  acceptAll: (page) => page.locator("#all").click(),
  refuseAll: (page) => page.locator("#none").click(),
  async take(page, taken) {
    for (const name of NAMES) await page.locator(`#${name}`).setChecked(taken.includes(name));
    await page.locator("#save").click();
  },
};
