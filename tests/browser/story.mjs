// The story of a visitor, told to each host: what issue 2 says must be true, (a) to (f), and what else must hold.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ask, difference } from "./ask.mjs";
import { PICTURES, places } from "./places.mjs";
import { shop as startShop } from "./servers.mjs";
import { arrive, browser as startBrowser } from "./visitor.mjs";

const SPRING = "/?utm_campaign=spring-light";
const DEFAULT = { hero: "Light for the long evenings.", "recently-seen": "New on the bench", "for-you": "Where most people start" };
const VISIT = "parvis-visit";
const MEMORY = "__Host-parvis";
/** Response headers that describe the origin's bytes, or let a shared cache keep them. */
const NOT_OF_A_PERSON = ["etag", "last-modified", "accept-ranges", "expires", "age", "surrogate-control", "surrogate-key", "cdn-cache-control"];
/** web.dev/cls: what a visitor hardly notices. */
const CLS_GOOD = 0.1;

/** Tells the story to `host`: "fastly" or "native". */
export function story(host) {
  let shop;
  let browser;

  before(async () => {
    [shop, browser] = await Promise.all([startShop({ host }), startBrowser()]);
  }, { timeout: 90_000 });
  after(async () => {
    await browser?.close();
    await shop?.stop();
  });

  /** A test with a visitor of its own, who must have had no reason to complain. */
  function visit(name, work, options) {
    test(name, async (t) => {
      const visitor = await arrive(browser, shop, options);
      try {
        await work(visitor, t);
        visitor.assertNoComplaints();
      } catch (error) {
        t.diagnostic(visitor.evidence());
        throw error;
      } finally {
        await visitor.leave();
      }
    });
  }

  describe(`(a) nothing is chosen: ${host}`, () => {
    test("every file of the shop is the origin's, byte for byte, and sets no cookie", async () => {
      const paths = addresses();
      assert.ok(paths.filter((path) => path.startsWith("/p/")).length === 12 && paths.includes("/") && paths.includes("/cart"), String(paths));
      const wrong = [];
      for (const path of paths) {
        const [ours, origins] = await Promise.all([ask(shop.url + path), ask(shop.originUrl + path)]);
        const differs = difference(ours.body, origins.body);
        if (differs) wrong.push(`${path} ${differs}`);
        if (ours.status !== origins.status) wrong.push(`${path}: status ${ours.status}, not ${origins.status}`);
        if (ours.setCookie.length > 0) wrong.push(`${path}: Set-Cookie ${ours.setCookie}`);
        // The compiled playbook is the host's own to serve, with its own caching.
        if (path === "/parvis/playbook.bin") continue;
        for (const name of ["content-type", "cache-control", "etag"]) {
          if (ours.headers[name] !== origins.headers[name]) wrong.push(`${path}: ${name} ${ours.headers[name]}, not ${origins.headers[name]}`);
        }
      }
      assert.deepEqual(wrong, []);
    });

    test("a page that nothing changes is confirmed by its validator", async () => {
      const { headers } = await ask(`${shop.url}/c/desks`);
      const again = await ask(`${shop.url}/c/desks`, { headers: { "if-none-match": headers.etag } });
      assert.equal(again.status, 304, JSON.stringify(again.headers));
      assert.equal(again.body.length, 0);
    });

    visit("walking around without touching the banner leaves nothing in the browser", async (visitor) => {
      const { page } = visitor;
      const home = await visitor.go("/");
      assert.deepEqual(home.setCookie, []);
      await visitor.settle();
      await visitor.follow(page.locator('nav[aria-label="Shop"] a[href="/c/lighting"]'));
      await visitor.follow(page.locator('main a[href="/p/desk-lamp"]').first());
      await visitor.settle();
      await visitor.follow(page.locator("header a.home"));
      await page.locator('#all [data-look="oak-desk"]').click();
      await page.getByRole("dialog").getByRole("heading", { name: "Eik desk" }).waitFor();
      await page.getByRole("button", { name: "Close" }).click();
      await page.locator("header [data-why]").click();
      const rows = await visitor.until(() => reasons(page), (rows) => Object.keys(rows).length === 5, "a row for each of five blocks");
      for (const [name, text] of Object.entries(rows)) assert.match(text, /^default .* default content · [a-z-]+$/, name);
      await visitor.settle();
      assert.deepEqual(await visitor.kept(), [], "kept in the browser");
      for (const [block, text] of Object.entries(DEFAULT)) await visitor.shows(block, text);
    });

    visit("no to everything: the banner's own cookie is all that is kept", async (visitor) => {
      await visitor.go("/");
      await visitor.refuse();
      await visitor.go("/p/desk-lamp");
      const home = await visitor.go("/");
      await visitor.settle();
      assert.equal(difference(home.body, (await ask(`${shop.originUrl}/`)).body), null);
      assert.deepEqual(home.setCookie, []);
      assert.deepEqual(await visitor.kept(), ["cookie cc_cookie"]);
    });
  });

  describe(`(b) a campaign's link: ${host}`, () => {
    visit("changes the hero without consent and sets no cookie", async (visitor) => {
      const { headers, setCookie } = await visitor.go(SPRING);
      await visitor.shows("hero", "Open the curtains. Keep the lamp.");
      await visitor.settle();
      assert.deepEqual(setCookie, []);
      assert.deepEqual(await visitor.kept(), []);
      assertKeyed(headers, await ask(`${shop.originUrl}/`));
    });

    test("changes nothing outside the hero, and the same request gets the same bytes", async () => {
      const [first, second, origins] = await Promise.all([ask(shop.url + SPRING), ask(shop.url + SPRING), ask(`${shop.originUrl}/`)]);
      assert.equal(difference(first.body, second.body), null);
      const [ours, theirs] = [first.body, origins.body].map((body) => cut(body.toString(), "hero"));
      assert.match(ours.inner, /Open the curtains/);
      assert.deepEqual([ours.before, ours.after], [theirs.before, theirs.after]);
    });
  });

  describe(`(c) within the visit: ${host}`, () => {
    visit("accept, look at a product, go home: hero and recently-seen follow", async (visitor) => {
      await visitor.go("/");
      await visitor.accept();
      await visitor.follow(visitor.page.locator('main a[href="/p/desk-lamp"]').first());
      const home = await visitor.follow(visitor.page.locator("header a.home"));
      await visitor.shows("hero", "Still thinking about the Havn desk lamp?");
      await visitor.shows("recently-seen", "Seen on this visit");
      await visitor.shows("recently-seen", "Havn desk lamp");
      await visitor.shows("for-you", "You have been looking at lamps.");
      assertPrivate(home.headers);
      assert.match(home.body.toString(), /Still thinking about the Havn desk lamp\?/, "the edge itself has done it");
    });

    visit("a product seen without navigation changes the blocks in place, without reload", async (visitor) => {
      await seeLamp(visitor);
      await visitor.go("/");
      await visitor.shows("hero", "Havn desk lamp");
      await visitor.mark();
      await visitor.page.locator('#all [data-look="oak-desk"]').click();
      await visitor.shows("hero", "Still thinking about the Eik desk?");
      const seen = await visitor.shows("recently-seen", "Eik desk");
      assert.match(seen, /Eik desk.*Havn desk lamp/, "newest first");
      await visitor.shows("for-you", "You have been looking at desks.");
      await visitor.assertNoReload();
      await visitor.page.getByRole("button", { name: "Close" }).click();
      const home = await visitor.go("/");
      assert.match(home.body.toString(), /Still thinking about the Eik desk\?/, "the edge follows what happened in the browser");
    });

    visit("a desk put in the basket changes the suggestions in place", async (visitor) => {
      const { page } = visitor;
      await seeLamp(visitor);
      await visitor.go("/");
      await visitor.mark();
      await page.locator('#all [data-look="oak-desk"]').click();
      await visitor.shows("for-you", "You have been looking at desks.");
      await page.getByRole("dialog").getByRole("button", { name: "Put in the basket" }).click();
      await visitor.shows("for-you", "A desk wants company.");
      await visitor.assertNoReload();
      const cart = await visitor.go("/cart");
      assert.match(cart.body.toString(), /A desk wants company\./, "the edge follows what happened in the browser");
    });

    test("the origin is asked for the whole page, with no condition, when a block may change", async () => {
      const headers = { cookie: accepted(), "if-none-match": '"x"', "if-modified-since": "Sat, 01 Jan 2022 00:00:00 GMT", range: "bytes=0-9", "if-range": '"x"' };
      const before = shop.asked.length;
      const response = await ask(`${shop.url}/`, { headers: { ...headers, cookie: `${headers.cookie}; ${VISIT}=a~idesk-lamp` } });
      assert.equal(response.status, 200);
      assert.match(response.body.toString(), /Still thinking about the Havn desk lamp\?[^]*<\/html>\s*$/);
      const asked = shop.asked.slice(before).filter(({ path }) => path === "/");
      assert.equal(asked.length, 1, JSON.stringify(shop.asked.slice(before)));
      const conditional = Object.keys(asked[0].headers).filter((name) => /^(if-|range)/.test(name));
      assert.deepEqual(conditional, [], "what the origin was asked");
    });
  });

  describe(`(d) the next visit: ${host}`, () => {
    visit("welcome back to the favorite category", async (visitor) => {
      await seeLamp(visitor);
      await visitor.go("/c/lighting");
      const memory = (await visitor.cookies())[MEMORY];
      assert.ok(memory, `no ${MEMORY} in ${Object.keys(await visitor.cookies())}`);
      assert.deepEqual([memory.httpOnly, memory.secure, memory.sameSite, memory.path], [true, true, "Lax", "/"], JSON.stringify(memory));
      const days = (memory.expires - Date.now() / 1000) / 86_400;
      assert.ok(days > 179 && days < 181, `${MEMORY} lives for ${days} days, not 180`);
      assert.ok(memory.value.length <= 700, `${MEMORY} has ${memory.value.length} characters`);
      assert.equal((await visitor.cookies())[VISIT].expires, -1, "the visit ends with the browser");

      await visitor.context.clearCookies({ name: VISIT });
      const home = await visitor.go("/");
      await visitor.shows("hero", "Back to Lighting?");
      await visitor.shows("for-you", "The lamps, again.");
      await visitor.shows("recently-seen", DEFAULT["recently-seen"]);
      assertPrivate(home.headers);
    });
  });

  describe(`(e) withdrawal: ${host}`, () => {
    visit("blocks go back to default content at once, without reload, and nothing of ours is left", async (visitor) => {
      await seeLamp(visitor);
      await visitor.go("/");
      await visitor.shows("hero", "Havn desk lamp");
      assert.deepEqual(await visitor.ours(), [`cookie ${MEMORY}`, `cookie ${VISIT}`]);
      await visitor.mark();
      await visitor.withdraw();
      for (const [block, text] of Object.entries(DEFAULT)) await visitor.shows(block, text);
      await visitor.until(() => visitor.ours(), (ours) => ours.length === 0, "nothing of ours in the browser");
      await visitor.settle();
      await visitor.assertNoReload();
      await visitor.page.getByRole("button", { name: "Quick look at Eik desk" }).last().click();
      await visitor.settle();
      assert.deepEqual(await visitor.ours(), [], "after a quick look");
      await visitor.shows("hero", DEFAULT.hero);

      const home = await visitor.go("/");
      assert.equal(difference(home.body, (await ask(`${shop.originUrl}/`)).body), null);
      assert.deepEqual(home.setCookie, []);
      assert.deepEqual(await visitor.kept(), ["cookie cc_cookie"]);
    });

    visit("the next response shows default content and removes both cookies", async (visitor) => {
      await seeLamp(visitor);
      const { [VISIT]: visitCookie, [MEMORY]: memory } = await visitor.cookies();
      assert.ok(visitCookie && memory, Object.keys(await visitor.cookies()).join());
      const cookie = `${refused()}; ${VISIT}=${visitCookie.value}; ${MEMORY}=${memory.value}`;
      for (const path of ["/", "/p/desk-lamp", "/cart"]) {
        const [ours, origins] = await Promise.all([ask(shop.url + path, { headers: { cookie } }), ask(shop.originUrl + path)]);
        assert.equal(difference(ours.body, origins.body), null, path);
        assert.deepEqual(ours.setCookie.sort(), [
          `${MEMORY}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`,
          `${VISIT}=; Path=/; Secure; SameSite=Lax; Max-Age=0`,
        ], path);
        assertPrivate(ours.headers);
      }
    });
  });

  describe(`(f) without JavaScript: ${host}`, () => {
    visit("a campaign's link changes the hero", async (visitor) => {
      await visitor.go(SPRING);
      await visitor.shows("hero", "Open the curtains. Keep the lamp.");
      assert.deepEqual(await keptWithoutScripts(visitor), []);
    }, { javaScriptEnabled: false });

    visit("with the banner's choice of yes, the next page follows what was looked at", async (visitor) => {
      const [name, value] = (await bannersCookie(browser, shop)).split(/=(.*)/s);
      await visitor.context.addCookies([{ name, value, url: shop.url }]);
      await visitor.go("/p/desk-lamp");
      const home = await visitor.follow(visitor.page.locator("header a.home"));
      await visitor.shows("hero", "Still thinking about the Havn desk lamp?");
      await visitor.shows("recently-seen", "Havn desk lamp");
      assertPrivate(home.headers);
    }, { javaScriptEnabled: false });
  });

  describe(`(g) what else must hold: ${host}`, () => {
    visit("global privacy control: nothing without a choice, no enriched profile with one", async (visitor) => {
      const { page } = visitor;
      await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }));
      const home = await visitor.go("/");
      assert.equal(difference(home.body, (await ask(`${shop.originUrl}/`)).body), null);
      await visitor.accept();
      await visitor.go("/p/desk-lamp");
      await visitor.go("/");
      await visitor.shows("hero", "Havn desk lamp");
      await page.locator("header [data-why]").click();
      const said = await visitor.until(() => purposes(page), (rows) => rows.Profile, "the purposes in the panel");
      assert.equal(said.Profile, "not allowed", JSON.stringify(said));
      assert.equal(said["Session personalization"], "allowed", JSON.stringify(said));
      assert.equal(said.Necessary, "needs no consent", JSON.stringify(said));
    }, { extraHTTPHeaders: { "sec-gpc": "1" } });

    test("cookies of garbage, duplicated, truncated, tampered: served, as if they were absent", async () => {
      const origins = await ask(`${shop.originUrl}/`);
      const visitor = await arrive(browser, shop);
      await seeLamp(visitor);
      const { [VISIT]: { value: visitCookie }, [MEMORY]: { value: memory } } = await visitor.cookies();
      await visitor.leave();
      const flipped = memory.slice(0, -3) + (memory.at(-3) === "A" ? "B" : "A") + memory.slice(-2);
      const bad = {
        "garbage, 1 KB": `${VISIT}=${noise(1024)}; ${MEMORY}=${noise(1024)}`,
        "garbage, 30 KB": `${VISIT}=${noise(30 * 1024)}`,
        "garbage, 30 KB in the memory": `${MEMORY}=${noise(30 * 1024)}`,
        "no name at all, 31 KB": noise(31 * 1024),
        "duplicated": `${VISIT}=${visitCookie}; ${VISIT}=${visitCookie}x; ${MEMORY}=${memory}; ${MEMORY}=${memory}x`,
        "memory truncated": `${MEMORY}=${memory.slice(0, -9)}`,
        "memory with one letter changed": `${MEMORY}=${flipped}`,
        "memory of a word": `${MEMORY}=hello`,
        "visit of another version": `${VISIT}=z~i`,
        "empty": `${VISIT}=; ${MEMORY}=`,
        "banner's cookie truncated": { raw: accepted().slice(0, 60) },
        "banner's cookie of garbage": { raw: `cc_cookie=${noise(20 * 1024)}; ${VISIT}=${visitCookie}` },
      };
      const wrong = [];
      for (const [name, value] of Object.entries(bad)) {
        const cookie = value.raw ?? `${accepted()}; ${value}`;
        const response = await ask(`${shop.url}/`, { headers: { cookie } }).catch((error) => ({ status: error.message, body: Buffer.alloc(0) }));
        const differs = difference(response.body, origins.body);
        if (response.status !== 200 || differs) wrong.push(`${name}: status ${response.status}, ${differs}`);
      }
      assert.deepEqual(wrong, []);
      // And the real ones, to know that the cases above fail for what is wrong with them.
      const real = await ask(`${shop.url}/`, { headers: { cookie: `${accepted()}; ${VISIT}=${visitCookie}; ${MEMORY}=${memory}` } });
      assert.match(real.body.toString(), /Still thinking about the Havn desk lamp\?/);
    });

    visit("`why do I see this?` is reached by keyboard alone and gives a reason for every block", async (visitor) => {
      await seeLamp(visitor);
      await visitor.go("/");
      await visitor.settle();
      const { page } = visitor;
      const isButton = () => page.evaluate(() => document.activeElement?.hasAttribute("data-why") ?? false);
      let steps = 0;
      while (!(await isButton())) {
        assert.ok((steps += 1) <= 20, "20 times Tab and the button has no focus");
        await page.keyboard.press("Tab");
      }
      await page.keyboard.press("Enter");
      const rows = await visitor.until(() => reasons(page), (rows) => Object.keys(rows).length === 5, "a row for each of five blocks");
      assert.match(rows["The opening"], /hero-still-thinking · shown · matched/, JSON.stringify(rows, null, 1));
      assert.match(rows["Recently seen"], /seen-on-this-visit · shown · matched/, JSON.stringify(rows, null, 1));
      assert.match(rows.Delivery, /default content · [a-z-]+/, JSON.stringify(rows, null, 1));
      for (const [name, text] of Object.entries(rows)) {
        assert.match(text, /\w{3,} .*\w{3,}[.!?]/, `a sentence for ${name}`);
        assert.doesNotMatch(text, /what everybody sees/, `a sentence of its own for ${name}`);
      }
      assert.ok(await page.evaluate(() => document.querySelector("[data-why-dialog]").contains(document.activeElement)), "focus is in the panel");
      await page.keyboard.press("Escape");
      assert.equal(await page.locator("[data-why-dialog]").evaluate((dialog) => dialog.open), false);
      assert.ok(await isButton(), "focus is back on the button");
    });

    for (const [name, viewport] of Object.entries({ desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 780 } })) {
      visit(`a block that changes in place moves nothing else: ${name}`, async (visitor) => {
        await seeLamp(visitor);
        await visitor.go("/");
        await visitor.shows("hero", "Havn desk lamp");
        await visitor.settle();
        const loading = await visitor.shifted();
        assert.ok(loading.sum < CLS_GOOD, `while loading: ${JSON.stringify(loading)}`);
        // Two blocks are in view, and the click is a script's, which excuses no shift.
        await visitor.page.locator('[data-block="hero"]').evaluate((hero) => scrollBy(0, hero.getBoundingClientRect().bottom - innerHeight / 2));
        await visitor.page.locator('#all [data-look="standing-desk"]').evaluate((button) => button.click());
        await visitor.shows("hero", "Reis sit-stand desk");
        await visitor.shows("recently-seen", "Reis sit-stand desk");
        await visitor.settle();
        const swapping = await visitor.shifted();
        assert.ok(swapping.sum < CLS_GOOD, `while blocks changed: ${JSON.stringify(swapping)}`);
        await visitor.page.getByRole("button", { name: "Close" }).click();
        await visitor.withdraw();
        await visitor.shows("hero", DEFAULT.hero);
        await visitor.settle();
        const withdrawing = await visitor.shifted();
        assert.ok(withdrawing.sum < CLS_GOOD, `while blocks went back: ${JSON.stringify(withdrawing)}`);
      }, { viewport });
    }

    for (const colorScheme of ["light", "dark"]) {
      visit(`pictures to look at: 360 px wide, ${colorScheme}`, async (visitor) => {
        const { page } = visitor;
        const take = (name, fullPage = true) => page.screenshot({ path: join(PICTURES, `${host}-${colorScheme}-${name}.png`), fullPage, animations: "disabled" });
        mkdirSync(PICTURES, { recursive: true });
        await visitor.go("/");
        await visitor.settle();
        await take("1-first", false);
        await seeLamp(visitor);
        await visitor.go("/");
        await visitor.settle();
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= 360, `the page is ${wide} px wide`);
        await take("2-home");
        await page.locator("header [data-why]").click();
        await visitor.until(() => reasons(page), (rows) => Object.keys(rows).length === 5, "a row for each of five blocks");
        await take("3-why", false);
      }, { viewport: { width: 360, height: 780 }, colorScheme, deviceScaleFactor: 2 });
    }
  });
}

/** Agrees to everything and looks at a lamp. */
async function seeLamp(visitor) {
  await visitor.go("/p/desk-lamp");
  await visitor.accept();
  // The page that was open at the choice counts from the next request on.
  await visitor.go("/p/desk-lamp");
}

/** What the real banner writes when somebody agrees to everything, as a `Cookie` header. */
async function bannersCookie(browser, shop) {
  const visitor = await arrive(browser, shop);
  try {
    await visitor.go("/");
    await visitor.accept();
    return `cc_cookie=${(await visitor.cookies()).cc_cookie.value}`;
  } finally {
    await visitor.leave();
  }
}

function accepted() {
  return choice(["necessary", "functionality", "analytics", "marketing"]);
}

function refused() {
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

/** The address of every file of the shop; a page has its clean one. */
function addresses() {
  const files = readdirSync(places.shop, { recursive: true }).map(String).filter((name) => statSync(join(places.shop, name)).isFile());
  assert.ok(readFileSync(join(places.shop, "index.html"), "utf8").includes("data-block"));
  return files.map((name) => `/${name.replace(/\\/g, "/").replace(/(^|\/)index\.html$/, "$1").replace(/\.html$/, "")}`).sort();
}

/** Changed bytes that are a function of the URL: cached as the origin says, without the origin's validators. */
function assertKeyed(headers, origins) {
  assert.equal(headers["cache-control"], origins.headers["cache-control"], "Cache-Control is the origin's");
  for (const name of ["etag", "last-modified", "accept-ranges"]) assert.equal(headers[name], undefined, name);
}

function assertPrivate(headers) {
  assert.equal(headers["cache-control"], "private, no-cache");
  for (const name of NOT_OF_A_PERSON) assert.equal(headers[name], undefined, name);
}

/** What is before, in and behind a block that is a `section`. */
function cut(html, block) {
  const start = html.indexOf(">", html.indexOf(`data-block="${block}"`)) + 1;
  const end = html.indexOf("</section>", start);
  assert.ok(start > 0 && end > start, `no block ${block}`);
  return { before: html.slice(0, start), inner: html.slice(start, end), after: html.slice(end) };
}

async function keptWithoutScripts(visitor) {
  return Object.keys(await visitor.cookies());
}

/** What the panel says of each purpose. */
function purposes(page) {
  return rowsOf(page, "What it may use", ".tag");
}

/** What the panel says of each block. */
function reasons(page) {
  return rowsOf(page, "On this page", null);
}

function rowsOf(page, heading, selector) {
  return page.locator("[data-why-dialog]").evaluate((dialog, [heading, selector]) => {
    const part = [...dialog.querySelectorAll("section")].find((section) => section.querySelector("h3")?.textContent === heading);
    const rows = [...(part?.querySelectorAll(".why-list > li") ?? [])];
    const words = (element) => [...element.querySelectorAll("p, .tag")].map((one) => one.textContent.trim()).join(" ");
    return Object.fromEntries(rows.map((row) => [row.querySelector("b").textContent, selector ? row.querySelector(selector).textContent : words(row)]));
  }, [heading, selector]);
}

/** Printable noise, the same in every run. */
function noise(length) {
  let state = 42;
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~*!";
  return Array.from({ length }, () => letters[(state = (state * 48271) % 2147483647) % letters.length]).join("");
}
