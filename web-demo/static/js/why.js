// "Why do I see this?": every block of the page with its reason, the permissions, the signals, and a short tour.
import { openChoices } from "./consent.js";
import { el, isBackdrop } from "./dom.js";
import { missing, started } from "./parvis.js";

const dialog = document.querySelector("[data-why-dialog]");

const BLOCKS = {
  hero: "The opening", "recently-seen": "Recently seen", "for-you": "Suggestions", offers: "The offer", "near-you": "Delivery",
};

/** The language of the sentences; the playbook's until somebody asks for another. */
let language;

const VISIT_COOKIE = "parvis-visit";

/** Makes every `data-why` button open the panel, and keeps an open panel up to date. */
export function panel() {
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-why]")) open(); });
  dialog.addEventListener("click", (event) => { if (isBackdrop(event, dialog)) dialog.close(); });
  for (const type of ["parvis:applied", "parvis:decision"]) {
    document.addEventListener(type, () => { if (dialog.open) draw(); });
  }
}

async function open() {
  dialog.replaceChildren(head(), el("div", { class: "why-body" }, el("p", { class: "why-lead" }, "Asking …")));
  dialog.showModal();
  await draw();
}

async function draw() {
  const parvis = await started;
  let answer = null;
  let trouble = missing;
  try {
    answer = parvis ? await parvis.explain({ language }) : null;
  } catch (error) {
    trouble = String(error?.message ?? error);
  }
  const body = answer ? explanation(answer) : absence(trouble);
  dialog.querySelector(".why-body")?.replaceChildren(...body, tour());
}

function head() {
  return el("div", { class: "why-head" }, el("h2", { id: "why-title" }, "Why do I see this?"),
    el("button", { class: "plain", type: "button", onclick: speak }, "English / français"),
    el("button", { class: "close", type: "button", "aria-label": "Close", onclick: () => dialog.close() }, "×"));
}

/** Says the sentences in the other language. */
function speak() {
  language = language === "fr" ? "en" : "fr";
  return draw();
}

function absence(trouble) {
  return [
    el("p", { class: "why-lead" }, "Parvis is not running in this browser, so nothing on this page changes while you look at it. "
      + "What the edge has put here, if anything, stays; everything else is what everybody sees."),
    trouble ? el("p", { class: "why-lead" }, el("code", {}, trouble)) : null,
  ].filter(Boolean);
}

function explanation({ blocks = [], campaigns = [], purposes = [], signals = [] }) {
  const chosen = blocks.filter((block) => block.campaign).length;
  const lead = chosen === 0
    ? "Nothing on this page was chosen for you: this is what everybody sees."
    : `${chosen} of ${blocks.length} places on this page ${chosen === 1 ? "shows" : "show"} something other than the default.`;
  return [
    el("p", { class: "why-lead" }, lead),
    part("On this page", blocks.map((block) => blockRow(block, campaigns)), "No block of this page may change."),
    part("What it may use", purposes.map(purposeRow), "Nothing is known about permissions yet."),
    part("What it used", signals.map(signalRow), "No signal was read."),
  ];
}

function part(title, rows, nothing) {
  return el("section", {}, el("h3", {}, title),
    rows.length > 0 ? el("ul", { class: "why-list" }, rows) : el("p", { class: "note" }, nothing));
}

function blockRow({ block, campaign, variant, reason, sentence, source }, campaigns) {
  // What became of the other campaigns of the block: the first condition that failed, what was found and what was asked for.
  const others = campaigns.filter((one) => one.block === block && one.campaign !== campaign);
  const what = campaign ? [campaign, variant].filter(Boolean).join(" · ") : "default content";
  const place = document.querySelector(`[data-block="${CSS.escape(block)}"]`);
  return el("li", {},
    el("div", { class: "why-row" }, el("b", {}, BLOCKS[block] ?? block),
      el("span", { class: "tag", "data-tone": campaign ? "yes" : null }, campaign ? `decided by the ${source ?? "edge"}` : "default")),
    el("p", {}, told(sentence) || "This is what everybody sees."),
    el("div", { class: "why-row" }, el("p", {}, el("code", {}, reason ? `${what} · ${reason}` : what)),
      place && el("button", { class: "plain", type: "button", onclick: () => point(place) }, "Show me")),
    others.length > 0 && el("ul", { class: "why-others" },
      others.map((one) => el("li", {}, el("code", {}, one.campaign), ` ${one.sentence}`))));
}

function purposeRow({ purpose, state, decision, sentence }) {
  const verdict = { allow: "allowed", exempt: "needs no consent" }[decision] ?? "not allowed";
  return el("li", {},
    el("div", { class: "why-row" }, el("b", {}, words(purpose)),
      el("span", { class: "tag", "data-tone": decision === "allow" || decision === "exempt" ? "yes" : "no" }, verdict)),
    el("p", {}, told(sentence) || words(state)));
}

function signalRow({ name, value, purpose, sentence }) {
  const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
  return el("li", {},
    el("div", { class: "why-row" }, el("code", {}, name), el("span", { class: "tag" }, words(purpose))),
    el("p", {}, told(sentence)), text && el("p", {}, el("code", {}, text)));
}

/** A sentence that begins and ends like one. */
function told(sentence) {
  const text = capital(String(sentence ?? "").trim());
  return text === "" || /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `session_personalization` as a person would write it. */
function words(name) {
  return capital(String(name ?? "").replaceAll("_", " "));
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function point(place) {
  dialog.close();
  place.scrollIntoView({ block: "center" });
  place.classList.add("shown-now");
  setTimeout(() => place.classList.remove("shown-now"), 2500);
}

function tour() {
  const link = (href, text) => el("li", {}, el("a", { href }, text));
  const button = (text, onclick) => el("li", {}, el("button", { class: "plain", type: "button", onclick }, text));
  return el("section", {}, el("h3", {}, "Try it"), el("ul", { class: "tour" },
    link("/?utm_campaign=spring-light", "Arrive with the spring letter: the opening changes, without consent"),
    link("/", "Arrive with no letter"),
    link("/p/desk-lamp", "Look at a lamp, then go back to the front page"),
    link("/p/oak-desk", "Put a desk in the basket, then look at the suggestions"),
    link("/cart", "Order it: from the next page on, the opening and the offer know that it is bought"),
    button("End this visit and come back as a returning visitor", endVisit),
    button("Change or withdraw my privacy choices", () => { dialog.close(); openChoices(); })));
}

/** What closing the browser does: the visit is over, visitor memory stays. */
function endVisit() {
  document.cookie = `${VISIT_COOKIE}=; Path=/; Max-Age=0`;
  location.assign("/");
}
