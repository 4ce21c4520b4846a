// What banners say to scripts, in a real page: heard, mirrored for the edge, and taken back. And the visitor's own choice.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { chromium } from "playwright-core";

import { compiled, ours } from "./playbook.mjs";
import { WINDOWED, serve } from "./site.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", WINDOWED];
const NOW = "2026-11-21T12:00:00Z";
const PATIENCE_MS = 15_000;
/** Everything granted, and everything refused, of October 2026. */
const GRANTED_TC = "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA";
const REFUSED_TC = "CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.YAAAAAAAAAAA";
const OUT_GPP = "DBABLA~CVQVAAAAAACA.QA";

const draft = JSON.parse(readFileSync(new URL("playbook.json", import.meta.url), "utf8"));
const consent = { meanings: { usercentrics: { reco: ["device_storage", "session_personalization"] } } };
const playbook = compiled(JSON.stringify({ ...draft, consent }));
/** The same site with other names for the mirror. */
const NAMES = ["my-consent", "older.consent"];
const renamed = JSON.stringify({ ...draft, consent: { ...consent, names: { mirror: NAMES } } });
const RENAMED = { compiled: compiled(renamed), called: NAMES[0], answer: () => ({ names: NAMES.join(" ") }) };
const profile = mkdtempSync(join(tmpdir(), "parvis-voices-"));
let browser;

before(async () => {
  const executablePath = process.env.PARVIS_CHROMIUM ?? process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: [...FLAGS, `--crash-dumps-dir=${profile}`] });
});
after(async () => {
  await browser?.close();
  rmSync(profile, { recursive: true, force: true });
});

/** A fresh visitor of a site with an edge before it; `open` gives a page in which `before` ran first. */
async function visit(use, { country = "FR", gpc = false, edge = true, compiled = playbook, called = "parvis-consent", answer, fixed = true } = {}) {
  const site = await serve(compiled, answer);
  const context = await browser.newContext();
  // With a fixed time Chromium tells no timing of the page.
  if (fixed) await context.clock.setFixedTime(NOW);
  const problems = [];
  const open = async (before, argument) => {
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(String(error)));
    if (gpc) await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }));
    if (before) await page.addInitScript(before, argument);
    const go = async () => {
      await page.goto(site.origin);
      await page.waitForFunction("window.loaded");
      await page.evaluate((options) => begin(options).ready, { edge, country });
    };
    await go();
    return { page, go };
  };
  const mirror = async () => (await context.cookies()).find(({ name }) => name === called);
  /** Waits until the mirror is as `isRight` wants it. */
  const until = async (isRight, what) => {
    for (const deadline = Date.now() + PATIENCE_MS; ; await new Promise((done) => setTimeout(done, 50))) {
      const found = await mirror();
      if (isRight(found?.value)) return found;
      assert.ok(Date.now() < deadline, `${what}: ${found?.value}`);
    }
  };
  try {
    await use({ site, context, open, mirror, until });
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
    await site.close();
  }
}

const allowed = (page) => page.evaluate(async () => (await parvis.explain()).purposes.filter(({ decision }) => decision !== "block").map(({ purpose }) => purpose));
const has = (text) => (value) => !!value?.includes(text);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
/** How often the engine was fetched. */
const fetches = (site) => site.requests.filter(({ path }) => path.endsWith("playbook.bin")).length;

/** A TCF interface as banners have it: listeners are told at once what is known, and later what changes. */
// Runs in the page.
const tcf = (first) => {
  const listeners = [];
  let last = first;
  window.__tcfapi = (command, version, callback) => {
    if (command !== "addEventListener" || version !== 2) return;
    listeners.push(callback);
    if (last) callback(last, true);
  };
  window.say = (data, success = true) => {
    last = data;
    for (const listener of listeners) listener(data, success);
  };
};

describe("what banners say to scripts", () => {
  test("__tcfapi: an open banner is no choice, a choice is mirrored and replaced", () => visit(async ({ open, mirror, until }) => {
    const { page } = await open(tcf, { eventStatus: "cmpuishown", tcString: GRANTED_TC, gdprApplies: true });
    await pause(400);
    assert.equal(await mirror(), undefined);
    await page.evaluate((tcString) => say({ eventStatus: "useractioncomplete", tcString }, false), GRANTED_TC);
    await page.evaluate((tcString) => say({ eventStatus: "tcloaded", tcString, gdprApplies: false }), GRANTED_TC);
    await pause(400);
    assert.equal(await mirror(), undefined, "neither a failure nor where the law does not apply");
    await page.evaluate((tcString) => say({ eventStatus: "useractioncomplete", tcString }), GRANTED_TC);
    const { path, sameSite, expires, value } = await until(has(".40"), "granted");
    assert.deepEqual([path, sameSite], ["/", "Lax"]);
    assert.ok(value.length <= 48 && expires > 0);
    assert.ok((await allowed(page)).includes("persistent_personalization"));
    await page.evaluate((tcString) => say({ eventStatus: "useractioncomplete", tcString, gdprApplies: true }), REFUSED_TC);
    await until((text) => /^1\.[0-9a-f]+\.0\.[0-9a-f]+\.40$/.test(text ?? ""), "refused");
    assert.deepEqual(await allowed(page), ["necessary", "contextual"]);
  }));

  test("__tcfapi: one that arrives late is found, and nothing is fetched for what is mirrored already", () => visit(async ({ site, open, until, mirror }) => {
    const { page, go } = await open();
    await pause(300);
    assert.equal(fetches(site), 0, "a page without banners fetches nothing");
    await page.evaluate(tcf, { eventStatus: "tcloaded", tcString: GRANTED_TC, gdprApplies: true });
    const { value } = await until(has(".40"), "found by a later look");
    assert.equal(fetches(site), 1);
    // Settled, and seen as a whole once.
    await pause(9500);
    const settled = fetches(site);
    await page.addInitScript(tcf, { eventStatus: "tcloaded", tcString: GRANTED_TC, gdprApplies: true });
    await go();
    await go();
    await pause(9500);
    assert.equal(fetches(site), settled, "the next pages of the tab");
    assert.equal((await mirror()).value, value);
  }));

  test("a mirror whose banner is gone is removed, once the banner had its time", () => visit(async ({ context, site, open, until, mirror }) => {
    await context.addCookies([{ name: "parvis-consent", value: "1.6a0f0000.1c.204.12", url: site.origin }]);
    const { page } = await open();
    await page.evaluate(() => parvis.view({ category: "lighting" }));
    assert.ok(await mirror(), "it may still come");
    await until((text) => text === undefined, "gone");
  }));

  test("__gpp: what is ready, where a section applies", () => visit(async ({ open, mirror, until }) => {
    const { page } = await open(() => {
      let listener;
      const ping = { signalStatus: "not ready", gppString: "", applicableSections: [] };
      window.__gpp = (command, callback) => (command === "ping" ? callback(ping, true) : ((listener = callback), callback({ eventName: "listenerRegistered", data: true, pingData: ping }, true)));
      window.say = (changes) => listener({ eventName: "signalStatus", data: "ready", pingData: { ...ping, ...changes } }, true);
    });
    await page.evaluate((gppString) => say({ gppString, applicableSections: [7] }), OUT_GPP);
    await page.evaluate((gppString) => say({ signalStatus: "ready", gppString, applicableSections: [-1] }), OUT_GPP);
    await pause(400);
    assert.equal(await mirror(), undefined);
    await page.evaluate((gppString) => say({ signalStatus: "ready", gppString, applicableSections: [7] }), OUT_GPP);
    await until(has(".0.220."), "sale and profile denied");
    assert.ok(!(await allowed(page)).includes("sale_share"));
  }, { country: "US" }));

  test("Consent Mode: updates count, those from before too, and a default does not; the page's own push is left whole", () => visit(async ({ open, mirror, until }) => {
    const { page } = await open(() => {
      window.dataLayer = [];
      window.gtag = function () { return dataLayer.push(arguments); };
      gtag("consent", "default", { analytics_storage: "granted", personalization_storage: "granted" });
      gtag("consent", "update", { personalization_storage: "granted" });
    });
    await until(has(".1c.0.12"), "what was there before");
    assert.equal(await page.evaluate(() => gtag("event", "page_view")), 3, "push answers as before");
    assert.equal(await page.evaluate(() => gtag("consent", "default", { analytics_storage: "granted" })), 4);
    assert.equal(await page.evaluate(() => dataLayer.push({ event: "a" }, null)), 6);
    await pause(300);
    assert.ok(has(".1c.0.12")((await mirror()).value));
    await page.evaluate(() => gtag("consent", "update", { personalization_storage: "denied", analytics_storage: "granted" }));
    await until(has(".184.18.12"), "updates add up, the latest wins");
  }));

  test("Osano: an object once the visitor has chosen, and nothing before", () => visit(async ({ open, mirror, until }) => {
    const { page } = await open(() => {
      const listeners = {};
      window.Osano = { cm: { addEventListener: (type, listener) => ((listeners[type] = listener), type === "osano-cm-initialized" && listener(undefined)) } };
      window.say = (consent) => listeners["osano-cm-consent-saved"](consent);
    });
    await pause(400);
    assert.equal(await mirror(), undefined);
    await page.evaluate(() => say({ ESSENTIAL: "ACCEPT", PERSONALIZATION: "ACCEPT", ANALYTICS: "DENY", MARKETING: "DENY", OPT_OUT: "DENY" }));
    await until(has(".c"), "granted");
    assert.deepEqual(await allowed(page), ["necessary", "contextual", "device_storage", "session_personalization", "persistent_personalization"]);
  }));

  test("Usercentrics: from its event to the mirror, and gone with its storage", () => visit(async ({ open, until }) => {
    const { page } = await open();
    const say = (given) => page.evaluate((given) => {
      localStorage.setItem("ucData", JSON.stringify({ consent: { services: { reco: { consent: given } } } }));
      dispatchEvent(new CustomEvent("UC_CONSENT"));
    }, given);
    await say(true);
    await until(has(".c.0.11"), "granted");
    await say(false);
    await until(has(".0.c.11"), "denied");
    await page.evaluate(() => (localStorage.removeItem("ucData"), parvis.consentChanged()));
    await until((text) => text === undefined, "gone");
  }));

  test("a page that heard a yes does not bring it back after a no in another tab", () => visit(async ({ open, mirror, until }) => {
    const layer = () => { window.dataLayer = [["consent", "update", { personalization_storage: "granted" }]]; };
    const first = await open(layer);
    await until(has(".1c.0.12"), "granted");
    const second = await open(layer);
    await second.page.evaluate(() => dataLayer.push(["consent", "update", { personalization_storage: "denied" }]));
    const { value } = await until(has(".0.1c.12"), "denied in the second tab");
    await first.page.evaluate(() => parvis.consentChanged());
    await first.page.evaluate(() => parvis.view({ category: "lighting" }));
    assert.ok(!(await allowed(first.page)).includes("session_personalization"));
    assert.equal((await mirror()).value, value);
    await first.page.evaluate(() => dataLayer.push(["consent", "update", { personalization_storage: "granted" }]));
    await until(has(".1c.0.12"), "a newer yes, here, counts");
  }));

  test("after destroy nobody is heard", () => visit(async ({ open, mirror }) => {
    const { page } = await open(tcf);
    await page.evaluate(() => parvis.destroy());
    await page.evaluate((tcString) => say({ eventStatus: "useractioncomplete", tcString }), GRANTED_TC);
    await pause(500);
    assert.equal(await mirror(), undefined);
  }));
});

describe("the visitor's own choice", () => {
  for (const edge of [true, false]) {
    test(`given and taken back, ${edge ? "behind an edge" : "without one"}`, () => visit(async ({ open, mirror }) => {
      const { page } = await open();
      await page.evaluate(() => parvis.choose({ grant: ["persistent_personalization", "session_personalization"], deny: ["profile"] }));
      assert.match((await mirror()).value, /^1\.[0-9a-f]{8}\.1c\.20\.0$/);
      await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
      assert.match(await page.evaluate(() => document.cookie), /parvis-visit=/);
      await page.evaluate(() => parvis.withdraw());
      assert.match((await mirror()).value, /^1\.[0-9a-f]{8}\.0\.3fc\.0$/);
      assert.doesNotMatch(await page.evaluate(() => document.cookie), /parvis-visit=/);
      assert.deepEqual(await allowed(page), ["necessary", "contextual"]);
      assert.equal(await page.evaluate(() => heard.filter(({ type }) => type === "parvis:consent").length), 2);
      await page.evaluate(() => parvis.choose({}));
      assert.equal(await mirror(), undefined, "a choice of nothing leaves all to the banner");
    }, { edge }));
  }

  test("an answer to the notice overrides Global Privacy Control for sale alone", () => visit(async ({ open }) => {
    const { page } = await open();
    await page.evaluate(() => parvis.choose({ grant: ["sale_share", "profile"] }));
    assert.ok(!(await allowed(page)).includes("sale_share"), "without a notice it does not");
    await page.evaluate(() => parvis.choose({ grant: ["sale_share", "profile"], notice: 3 }));
    const now = await allowed(page);
    assert.ok(now.includes("sale_share") && !now.includes("profile"), now.join());
  }, { country: "US-CA", gpc: true }));

  test("what is no choice is refused and said, and changes nothing", () => visit(async ({ open, mirror }) => {
    const { page } = await open();
    await page.evaluate(() => parvis.choose({ grant: ["session_personalization"] }));
    const { value } = await mirror();
    for (const choice of [{ grant: ["everything"] }, { deny: ["necessary"] }, { grant: ["sale_share"], notice: 70000 }]) {
      await page.evaluate((choice) => parvis.choose(choice), choice);
      assert.equal((await mirror()).value, value);
    }
    const said = await page.evaluate(() => heard.filter(({ type }) => type === "parvis:error"));
    assert.deepEqual(said.map(({ reason }) => reason), ["choice", "choice", "choice"]);
    assert.match(said[0].message, /everything/);
  }));

  test("the site's other tabs hear of it", () => visit(async ({ open }) => {
    const first = await open();
    const second = await open();
    await second.page.evaluate(() => parvis.choose({ grant: ["session_personalization"] }));
    await first.page.waitForFunction(() => heard.some(({ type, allowed }) => type === "parvis:consent" && allowed.includes("session_personalization")));
    await second.page.evaluate(() => parvis.withdraw());
    await first.page.waitForFunction(() => heard.some(({ type, allowed }) => type === "parvis:consent" && !allowed.includes("session_personalization")));
  }));
});

/** What an edge with this playbook permits with the cookies of this browser. */
async function atTheEdge(context, folder) {
  const file = join(folder, "renamed.json");
  writeFileSync(file, renamed);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const input = JSON.stringify({ id: 1, headers: { cookie }, region: "FR", now: NOW });
  const output = ours("PARVIS_COMMAND", ["-p", "parvis-cli"], ["consent", "--batch", "-", "--playbook", file], { input });
  const { purposes } = JSON.parse(output.toString());
  return Object.keys(purposes).filter((purpose) => purposes[purpose].decision !== "block");
}

describe("a mirror that the playbook gives other names", () => {
  const all = async (context) => (await context.cookies()).map(({ name }) => name).filter((name) => name.includes("consent")).sort();

  for (const edge of [true, false]) {
    test(`a choice is written under the first, and the edge hears it, ${edge ? "behind an edge" : "without one"}`, () => visit(async ({ site, context, open, mirror }) => {
      const granted = "1.6a0f0000.8.0.0";
      await context.addCookies(["older.consent", "parvis-consent"].map((name) => ({ name, value: granted, url: site.origin })));
      const { page } = await open();
      await page.evaluate(() => parvis.choose({ grant: ["session_personalization"] }));
      assert.match((await mirror()).value, /^1\.[0-9a-f]{8}\.c\.0\.0$/);
      assert.deepEqual(await all(context), ["my-consent"], "a choice leaves none under another name");
      assert.deepEqual(await atTheEdge(context, profile), await allowed(page));
      assert.ok((await allowed(page)).includes("session_personalization"));
      await page.evaluate(() => parvis.withdraw());
      assert.match((await mirror()).value, /^1\.[0-9a-f]{8}\.0\.3fc\.0$/);
      for (const permits of [await atTheEdge(context, profile), await allowed(page)]) assert.deepEqual(permits, ["necessary", "contextual"]);
      await context.addCookies([{ name: "older.consent", value: granted, url: site.origin }]);
      for (const permits of [await atTheEdge(context, profile), await allowed(page)]) assert.deepEqual(permits, ["necessary", "contextual"]);
      await page.evaluate(() => parvis.choose({}));
      assert.deepEqual(await all(context), [], "taken away under all of its names");
    }, { ...RENAMED, edge }));
  }

  test("the next page knows the names before it has asked the engine", () => visit(async ({ context, site, open, until }) => {
    const stale = { name: "my-consent", value: `1.${Math.floor(Date.now() / 1000 - 86_400).toString(16)}.1c.200.12`, url: site.origin };
    const { page, go } = await open();
    await page.evaluate(() => parvis.view({ category: "lighting" }));
    await context.addCookies([stale]);
    await go();
    await until((text) => text === undefined, "the banner is gone, and nothing else happened on this page");
  }, { ...RENAMED, fixed: false }));
});
