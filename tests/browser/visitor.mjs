// A visitor: a fresh Chromium profile with one tab, and what a test may ask of it.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { USER_AGENT } from "./ask.mjs";
import { places } from "./places.mjs";

/** A browser without a window says so in its name, and is put aside as a robot unless it has the name of one with a window. */
const FLAGS = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--disable-gpu", `--user-agent=${USER_AGENT}`];
/** What the words of the banner are (web-demo/static/js/consent.js). */
const BANNER = { yes: "Yes, remember", no: "No, thank you", noToAll: "No to all", choices: "Privacy choices" };
/** Names under which Parvis keeps anything in a browser. */
const OURS = /parvis/i;
const PATIENCE_MS = 30_000;

export function browser() {
  return chromium.launch({ executablePath: places.chromium, args: FLAGS });
}

/** Opens a fresh profile at the shop; `options` are Playwright's for a context. */
export async function arrive(browser, shop, options = {}) {
  const context = await browser.newContext({ baseURL: shop.url, viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const visitor = new Visitor(shop, context, await context.newPage());
  await visitor.watch();
  return visitor;
}

class Visitor {
  /** Errors, refusals of the content security policy, and what Parvis reports: a test expects none. */
  complaints = [];
  /** Documents asked for, one a navigation. */
  navigations = [];

  constructor(shop, context, page) {
    Object.assign(this, { shop, context, page });
  }

  async watch() {
    const { page, complaints } = this;
    page.on("console", (message) => {
      if (message.type() === "error" || /^(parvis|consent banner):/.test(message.text())) {
        complaints.push(`${message.text()} (${message.location().url})`);
      }
    });
    page.on("pageerror", (error) => complaints.push(String(error.stack ?? error)));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // Whoever leaves a page leaves its requests unanswered.
      if (why !== "net::ERR_ABORTED") complaints.push(`${request.url()}: ${why}`);
    });
    page.on("request", (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) this.navigations.push(request.url());
    });
    await page.addInitScript(() => {
      addEventListener("parvis:error", ({ detail }) => console.error(`parvis:error ${JSON.stringify(detail)}`));
      globalThis.shifts = [];
      const observer = new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
          const moved = sources.map(({ node }) => node?.closest?.("[data-block], main > *, body > *")?.outerHTML.slice(0, 60) ?? "?");
          globalThis.shifts.push({ value, hadRecentInput, moved });
        }
      });
      observer.observe({ type: "layout-shift", buffered: true });
    });
  }

  /** Goes to an address of the shop; resolves to status, headers, `setCookie` and body of the document. */
  async go(path) {
    return seen(await this.page.goto(path, { waitUntil: "load" }));
  }

  /** Clicks on something that leads to another page. */
  async follow(locator) {
    const { page } = this;
    const isDocument = (response) => response.request().isNavigationRequest() && response.frame() === page.mainFrame();
    const [response] = await Promise.all([page.waitForResponse(isDocument), locator.click()]);
    await page.waitForLoadState("load");
    return seen(response);
  }

  /** Waits until scripts and their requests have come to rest. */
  async settle() {
    await this.page.waitForLoadState("networkidle");
  }

  /** Agrees to everything in the banner, and waits until it has written so. */
  async accept() {
    await this.page.getByRole("button", { name: BANNER.yes }).click();
    await this.until(async () => (await this.cookies()).cc_cookie?.value, (value) => value?.includes("functionality"), "the banner's cookie");
  }

  async refuse() {
    await this.page.getByRole("button", { name: BANNER.no }).click();
    await this.until(async () => (await this.cookies()).cc_cookie?.value, (value) => value?.includes("necessary"), "the banner's cookie");
  }

  /** Takes every yes back, in the choices at the foot of the page. */
  async withdraw() {
    await this.page.locator("footer").getByRole("button", { name: BANNER.choices }).click();
    await this.page.getByRole("button", { name: BANNER.noToAll }).click();
  }

  /** The text of a block, as it is on the screen but for upper case. */
  text(block) {
    return this.page.locator(`[data-block="${block}"]`).evaluate((element) => element.textContent.replace(/\s+/g, " ").trim());
  }

  /** Waits until a block says `wanted`; fails with what it says instead. */
  shows(block, wanted) {
    return this.until(() => this.text(block), (text) => text.includes(wanted), `\`${wanted}\` in the block ${block}`);
  }

  /** Waits until `isRight(await see())`; fails with what was seen last. */
  async until(see, isRight, what) {
    const deadline = Date.now() + PATIENCE_MS;
    let last;
    do {
      last = await see();
      if (isRight(last)) return last;
      await new Promise((done) => setTimeout(done, 50));
    } while (Date.now() < deadline);
    return assert.fail(`waited ${PATIENCE_MS} ms for ${what}; at ${this.page.url()} there was: ${JSON.stringify(last)}${this.evidence()}`);
  }

  /** All cookies by name, `HttpOnly` ones included. */
  async cookies() {
    return Object.fromEntries((await this.context.cookies(this.shop.url)).map((cookie) => [cookie.name, cookie]));
  }

  /** Names of everything that the shop's pages keep in this browser: cookies, and both kinds of web storage. */
  async kept() {
    const stored = await this.page.evaluate(() => [
      ...Object.keys(localStorage).map((key) => `localStorage ${key}`),
      ...Object.keys(sessionStorage).map((key) => `sessionStorage ${key}`),
    ]);
    return [...Object.keys(await this.cookies()).map((name) => `cookie ${name}`), ...stored].sort();
  }

  /** What of it is ours. */
  async ours() {
    return (await this.kept()).filter((name) => OURS.test(name));
  }

  /** Marks this document, so that `isUnmoved` tells whether it is still the same one. */
  async mark() {
    await this.page.evaluate(() => { globalThis.marked = true; });
    this.navigations.length = 0;
  }

  /** Fails unless the document of `mark()` is still there and none was asked for since. */
  async assertNoReload() {
    assert.equal(await this.page.evaluate(() => globalThis.marked), true, "the document was replaced: a mark on `window` is gone");
    assert.deepEqual(this.navigations, [], "documents asked for");
  }

  /** How far the page has shifted since it began or since the last call: the sum of all layout shifts, clicks' own too. */
  async shifted() {
    // Shifts are reported behind the frame in which they happen.
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)))));
    const shifts = await this.page.evaluate(() => globalThis.shifts.splice(0));
    return { sum: shifts.reduce((sum, { value }) => sum + value, 0), shifts };
  }

  assertNoComplaints() {
    assert.deepEqual(this.complaints, [], "complaints of the browser");
  }

  async leave() {
    await this.context.close();
  }

  /** What a failure is told with: the browser's complaints and the host's last records of pages. */
  evidence() {
    const complaints = this.complaints.length > 0 ? `\nthe browser complained:\n  ${this.complaints.join("\n  ")}` : "";
    const said = this.shop.said.filter((line) => !line.includes('"reason":"path"'));
    return `${complaints}\nthe host's last records:\n  ${said.slice(-3).join("\n  ")}`;
  }
}

async function seen(response) {
  const list = await response.headersArray();
  const setCookie = list.filter(({ name }) => name.toLowerCase() === "set-cookie").map(({ value }) => value);
  return { status: response.status(), headers: await response.allHeaders(), setCookie, body: await response.body() };
}
