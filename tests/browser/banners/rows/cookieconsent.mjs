// cookieconsent 3, Osano's older open-source banner: one word for everything.
import { script, style } from "./parts.mjs";

export const cookieconsent = {
  name: "cookieconsent",
  cookie: "cookieconsent_status",
  byCategory: true,
  /** It has no parts to take. */
  whole: true,
  consent: {},
  html: `${style("cookieconsent/build/cookieconsent.min.css")}${script("cookieconsent/build/cookieconsent.min.js")}<script>
cookieconsent.initialise({ type: "opt-in", revokable: true, animateRevokable: false, palette: { popup: { background: "#000" }, button: { background: "#ff0" } } });
</script>`,
  shown: (page) => page.locator(".cc-window .cc-allow").waitFor(),
  accept: (page) => page.locator(".cc-window .cc-allow").click(),
  refuse: (page) => page.locator(".cc-window .cc-deny").click(),
  reopen: (page) => page.locator(".cc-revoke").click(),
  acceptAll: (page) => page.locator(".cc-window .cc-allow").click(),
  refuseAll: (page) => page.locator(".cc-window .cc-deny").click(),
};
