// The consent banner: vanilla-cookieconsent, opt-in, nothing ticked beforehand, no and yes equally easy.
import { announce } from "./dom.js";
import { tell } from "./parvis.js";

const TEXTS = {
  consentModal: {
    title: "May we remember this visit?",
    description: "Then the lamp you looked at is still on the table when you come back to the front page. If you say no, the shop stays exactly as it is now, and all of it works.",
    acceptAllBtn: "Yes, remember",
    acceptNecessaryBtn: "No, thank you",
    showPreferencesBtn: "Choose one by one",
  },
  preferencesModal: {
    title: "Privacy choices",
    acceptAllBtn: "Yes to all",
    acceptNecessaryBtn: "No to all",
    savePreferencesBtn: "Save my choices",
    closeIconLabel: "Close",
    sections: [
      { title: "What this is about", description: "Four kinds of memory, each with its own switch. You can come back here from the foot of any page; taking a yes back deletes what was kept." },
      { title: "The basket", description: "What you put in the basket, until you close the browser, and this choice itself. A shop cannot do without.", linkedCategory: "necessary" },
      { title: "Remember me here", description: "What you looked at on this visit, and which part of the shop you liked on earlier ones, so that pages can follow. Kept in your own browser.", linkedCategory: "functionality" },
      { title: "Count what works", description: "Whether one wording of an offer works better than another. Numbers only.", linkedCategory: "analytics" },
      { title: "Advertising", description: "We have none. The switch is here because other shops have it, and so that you can see it off.", linkedCategory: "marketing" },
    ],
  },
};

let library = null;

/** Starts the banner. Without its file the shop has no banner, hence no consent, hence remembers nothing. */
export async function ask() {
  try {
    library = await import("/vendor/cookieconsent.esm.js");
  } catch {
    return;
  }
  allowBannerTexts();
  await library.run({
    mode: "opt-in",
    revision: 1,
    hideFromBots: false, // browser tests drive this shop, and see what people see
    guiOptions: {
      consentModal: { layout: "box", position: "bottom right", equalWeightButtons: true, flipButtons: false },
      preferencesModal: { layout: "box", equalWeightButtons: true, flipButtons: false },
    },
    categories: { necessary: { enabled: true, readOnly: true }, functionality: {}, analytics: {}, marketing: {} },
    language: { default: "en", translations: { en: TEXTS } },
    onFirstConsent: () => tell((parvis) => parvis.consentChanged()),
    onChange: ({ changedCategories }) => changed(changedCategories),
  });
}

/** Opens the choices again, to change or withdraw them. */
export function openChoices() {
  if (library) library.showPreferences();
  else announce("The privacy choices could not be loaded, so nothing is remembered.");
}

/** After a withdrawal Parvis brings default content back in place; where it does not run, the edge does with a new page. */
async function changed(categories) {
  const done = await tell((parvis) => parvis.consentChanged().then(() => true));
  if (!done && categories.some((category) => !library.acceptedCategory(category))) location.reload();
}

/** Under Trusted Types the banner may set as HTML only the texts above and its own icons, and nothing else may. */
function allowBannerTexts() {
  const texts = new Set(["", ...strings(TEXTS)]);
  const icon = /^<svg [^<>]*><path [^<>]*\/><\/svg>$/;
  const createHTML = (text) => {
    if (texts.has(text) || icon.test(text)) return text;
    throw new TypeError("the shop sets no HTML from strings");
  };
  try {
    globalThis.trustedTypes?.createPolicy("default", { createHTML });
  } catch (error) {
    console.warn("consent banner:", error);
  }
}

function strings(value) {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(strings);
}
