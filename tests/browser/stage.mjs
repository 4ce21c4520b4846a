// What a test file plays on: the shop behind one host, a browser, and what every chapter of the story needs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shop as startShop } from "./servers.mjs";
import { arrive, browser as startBrowser } from "./visitor.mjs";

export const VISIT = "parvis-visit";
export const MEMORY = "__Host-parvis";
/** What three blocks say when nothing is chosen. */
export const DEFAULT = { hero: "Light for the long evenings.", "recently-seen": "New on the bench", "for-you": "Where most people start" };
/** web.dev/cls: what a visitor hardly notices. */
export const CLS_GOOD = 0.1;
/** Response headers that describe the origin's bytes, or let a shared cache keep them. */
const NOT_OF_A_PERSON = ["etag", "last-modified", "accept-ranges", "expires", "age", "surrogate-control", "surrogate-key", "cdn-cache-control"];
const PATIENCE_MS = 90_000;

/** Sets up `host`, named like its folder in `edge`, for the tests of this file; `shop` and `browser` are there while they run. */
export function stage(host) {
  const stage = { host, shop: null, browser: null, visit };

  before(async () => {
    [stage.shop, stage.browser] = await Promise.all([startShop({ host }), startBrowser()]);
  }, { timeout: PATIENCE_MS });
  after(async () => {
    await stage.browser?.close();
    await stage.shop?.stop();
  });

  /** A test with a visitor of its own, who must have had no reason to complain; `options` are Playwright's. */
  function visit(name, work, options) {
    test(name, async (t) => {
      const visitor = await arrive(stage.browser, stage.shop, options);
      try {
        await work(visitor);
        visitor.assertNoComplaints();
      } catch (error) {
        t.diagnostic(visitor.evidence());
        throw error;
      } finally {
        await visitor.leave();
      }
    });
  }

  return stage;
}

/** Agrees to everything and looks at a lamp. */
export async function seeLamp(visitor) {
  await visitor.go("/p/desk-lamp");
  await visitor.accept();
  // The page that was open at the choice counts from the next request on.
  await visitor.go("/p/desk-lamp");
}

/** What the real banner writes when somebody agrees to everything, as a `Cookie` header. */
export async function bannersCookie({ browser, shop }) {
  const visitor = await arrive(browser, shop);
  try {
    await visitor.go("/");
    await visitor.accept();
    return `cc_cookie=${(await visitor.cookies()).cc_cookie.value}`;
  } finally {
    await visitor.leave();
  }
}

/** A choice of everything, made a minute ago, as a `Cookie` header. */
export function accepted() {
  return choice(["necessary", "functionality", "analytics", "marketing"]);
}

/** A choice of nothing. */
export function refused() {
  return choice(["necessary"]);
}

/** The banner's cookie as version 3.1 writes it, made a minute ago. */
function choice(categories) {
  const now = Date.now() - 60_000;
  const time = new Date(now).toISOString();
  const value = {
    categories, revision: 1, data: null, consentTimestamp: time, consentId: "5a3e9a54-3f53-4f2b-9d9c-7f0a4e2b8c11",
    services: Object.fromEntries(["necessary", "functionality", "analytics", "marketing"].map((name) => [name, []])),
    languageCode: "en", lastConsentTimestamp: time, expirationTime: now + 182 * 86_400_000,
  };
  return `cc_cookie=${encodeURIComponent(JSON.stringify(value))}`;
}

/** A response that no shared cache may keep. */
export function assertPrivate(headers) {
  assert.equal(headers["cache-control"], "private, no-cache");
  for (const name of NOT_OF_A_PERSON) assert.equal(headers[name], undefined, name);
}

/** What the panel says of each block. */
export function reasons(page) {
  return rowsOf(page, "On this page", null);
}

/** What the panel says of each purpose. */
export function purposes(page) {
  return rowsOf(page, "What it may use", ".tag");
}

function rowsOf(page, heading, selector) {
  return page.locator("[data-why-dialog]").evaluate((dialog, [heading, selector]) => {
    const part = [...dialog.querySelectorAll("section")].find((section) => section.querySelector("h3")?.textContent === heading);
    const rows = [...(part?.querySelectorAll(".why-list > li") ?? [])];
    const words = (element) => [...element.querySelectorAll("p, .tag")].map((one) => one.textContent.trim()).join(" ");
    return Object.fromEntries(rows.map((row) => [row.querySelector("b").textContent, selector ? row.querySelector(selector).textContent : words(row)]));
  }, [heading, selector]);
}
