// The story of a visitor, told to each host, in six parts, (a) to (f).
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ask, difference } from "./ask.mjs";
import { places } from "./places.mjs";
import { accepted, assertPrivate, bannersCookie, DEFAULT, MEMORY, reasons, refused, seeLamp, VISIT } from "./stage.mjs";

const SPRING = "/?utm_campaign=spring-light";

/** Tells the story on this stage. */
export function story(stage) {
  describe(`(a) nothing is chosen: ${stage.host}`, () => {
    test("every file of the shop is the origin's, byte for byte, and sets no cookie", async () => {
      const paths = addresses();
      assert.ok(paths.filter((path) => path.startsWith("/p/")).length === 12 && paths.includes("/") && paths.includes("/cart"), String(paths));
      const wrong = [];
      for (const path of paths) {
        const [ours, origins] = await Promise.all([ask(stage.shop.url + path), ask(stage.shop.originUrl + path)]);
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
      const { headers } = await ask(`${stage.shop.url}/c/desks`);
      const again = await ask(`${stage.shop.url}/c/desks`, { headers: { "if-none-match": headers.etag } });
      assert.equal(again.status, 304, JSON.stringify(again.headers));
      assert.equal(again.body.length, 0);
    });

    stage.visit("walking around without touching the banner leaves nothing in the browser", async (visitor) => {
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

    stage.visit("no to everything: the banner's own cookie is all that is kept", async (visitor) => {
      await visitor.go("/");
      await visitor.refuse();
      await visitor.go("/p/desk-lamp");
      const home = await visitor.go("/");
      await visitor.settle();
      assert.equal(difference(home.body, (await ask(`${stage.shop.originUrl}/`)).body), null);
      assert.deepEqual(home.setCookie, []);
      assert.deepEqual(await visitor.kept(), ["cookie cc_cookie"]);
    });
  });

  describe(`(b) a campaign's link: ${stage.host}`, () => {
    stage.visit("changes the hero without consent and sets no cookie", async (visitor) => {
      const { headers, setCookie } = await visitor.go(SPRING);
      await visitor.shows("hero", "Open the curtains. Keep the lamp.");
      await visitor.settle();
      assert.deepEqual(setCookie, []);
      assert.deepEqual(await visitor.kept(), []);
      assertKeyed(headers, await ask(`${stage.shop.originUrl}/`));
    });

    test("changes nothing outside the hero, and the same request gets the same bytes", async () => {
      const [first, second, origins] = await Promise.all([ask(stage.shop.url + SPRING), ask(stage.shop.url + SPRING), ask(`${stage.shop.originUrl}/`)]);
      assert.equal(difference(first.body, second.body), null);
      const [ours, theirs] = [first.body, origins.body].map((body) => cut(body.toString(), "hero"));
      assert.match(ours.inner, /Open the curtains/);
      assert.deepEqual([ours.before, ours.after], [theirs.before, theirs.after]);
    });
  });

  describe(`(c) within the visit: ${stage.host}`, () => {
    stage.visit("accept, look at a product, go home: hero and recently-seen follow", async (visitor) => {
      await visitor.go("/");
      await visitor.accept();
      await visitor.settle();
      assert.deepEqual(await visitor.ours(), [], "a yes alone is nothing to store");
      await visitor.follow(visitor.page.locator('main a[href="/p/desk-lamp"]').first());
      const home = await visitor.follow(visitor.page.locator("header a.home"));
      await visitor.shows("hero", "Still thinking about the Havn desk lamp?");
      await visitor.shows("recently-seen", "Seen on this visit");
      await visitor.shows("recently-seen", "Havn desk lamp");
      await visitor.shows("for-you", "You have been looking at lamps.");
      assertPrivate(home.headers);
      assert.match(home.body.toString(), /Still thinking about the Havn desk lamp\?/, "the edge itself has done it");
    });

    stage.visit("a product seen without navigation changes the blocks in place, without reload", async (visitor) => {
      await seeLamp(visitor);
      await visitor.go("/");
      await visitor.shows("hero", "Havn desk lamp");
      await visitor.mark();
      await visitor.page.locator('#all [data-look="oak-desk"]').click();
      const seen = await visitor.shows("recently-seen", "Eik desk");
      assert.match(seen, /Eik desk.*Havn desk lamp/, "newest first");
      await visitor.shows("for-you", "You have been looking at desks.");
      await visitor.shows("hero", "Still thinking about the Havn desk lamp?");
      await visitor.assertNoReload();
      await visitor.page.getByRole("button", { name: "Close" }).click();
      const home = await visitor.go("/");
      assert.match(home.body.toString(), /Still thinking about the Eik desk\?/, "the edge follows what happened in the browser");
    });

    stage.visit("a desk put in the basket changes the suggestions in place", async (visitor) => {
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
      const before = stage.shop.asked.length;
      const response = await ask(`${stage.shop.url}/`, { headers: { ...headers, cookie: `${headers.cookie}; ${VISIT}=a~idesk-lamp` } });
      assert.equal(response.status, 200);
      assert.match(response.body.toString(), /Still thinking about the Havn desk lamp\?[^]*<\/html>\s*$/);
      const asked = stage.shop.asked.slice(before).filter(({ path }) => path === "/");
      assert.equal(asked.length, 1, JSON.stringify(stage.shop.asked.slice(before)));
      const conditional = Object.keys(asked[0].headers).filter((name) => /^(if-|range)/.test(name));
      assert.deepEqual(conditional, [], "what the origin was asked");
    });
  });

  describe(`(d) the next visit: ${stage.host}`, () => {
    stage.visit("welcome back to the favorite category", async (visitor) => {
      await seeLamp(visitor);
      await visitor.go("/c/lighting");
      const memory = (await visitor.cookies())[MEMORY];
      assert.ok(memory, `no ${MEMORY} in ${Object.keys(await visitor.cookies())}`);
      assert.deepEqual([memory.httpOnly, memory.secure, memory.sameSite, memory.path], [true, true, "Lax", "/"], JSON.stringify(memory));
      const days = (memory.expires - Date.now() / 1000) / 86_400;
      assert.ok(days > 179 && days < 181, `${MEMORY} lives for ${days} days, not 180`);
      assert.ok(memory.value.length <= 700, `${MEMORY} has ${memory.value.length} characters`);
      assert.equal((await visitor.cookies())[VISIT].expires, -1, "the visit ends with the browser");

      // Another campaign begins a visit there: nobody has to wait for one to end.
      const home = await visitor.go("/?utm_campaign=autumn-letter");
      await visitor.shows("hero", "Back to Lighting?");
      await visitor.shows("for-you", "The lamps, again.");
      await visitor.shows("recently-seen", DEFAULT["recently-seen"]);
      assertPrivate(home.headers);
    });
  });

  describe(`(e) withdrawal: ${stage.host}`, () => {
    stage.visit("blocks go back to default content at once, without reload, and nothing of ours is left", async (visitor) => {
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
      assert.equal(difference(home.body, (await ask(`${stage.shop.originUrl}/`)).body), null);
      assert.deepEqual(home.setCookie, []);
      assert.deepEqual(await visitor.kept(), ["cookie cc_cookie"]);
    });

    stage.visit("the next response shows default content and removes both cookies", async (visitor) => {
      await seeLamp(visitor);
      const { [VISIT]: visitCookie, [MEMORY]: memory } = await visitor.cookies();
      assert.ok(visitCookie && memory, Object.keys(await visitor.cookies()).join());
      const cookie = `${refused()}; ${VISIT}=${visitCookie.value}; ${MEMORY}=${memory.value}`;
      for (const path of ["/", "/p/desk-lamp", "/cart"]) {
        const [ours, origins] = await Promise.all([ask(stage.shop.url + path, { headers: { cookie } }), ask(stage.shop.originUrl + path)]);
        assert.equal(difference(ours.body, origins.body), null, path);
        assert.deepEqual(ours.setCookie.sort(), [
          `${MEMORY}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`,
          `${VISIT}=; Path=/; Secure; SameSite=Lax; Max-Age=0`,
        ], path);
        assertPrivate(ours.headers);
      }
    });
  });

  describe(`(f) without JavaScript: ${stage.host}`, () => {
    stage.visit("a campaign's link changes the hero", async (visitor) => {
      await visitor.go(SPRING);
      await visitor.shows("hero", "Open the curtains. Keep the lamp.");
      assert.deepEqual(await keptWithoutScripts(visitor), []);
    }, { javaScriptEnabled: false });

    stage.visit("with the banner's choice of yes, the next page follows what was looked at", async (visitor) => {
      const [name, value] = (await bannersCookie(stage)).split(/=(.*)/s);
      await visitor.context.addCookies([{ name, value, url: stage.shop.url }]);
      await visitor.go("/p/desk-lamp");
      const home = await visitor.follow(visitor.page.locator("header a.home"));
      await visitor.shows("hero", "Still thinking about the Havn desk lamp?");
      await visitor.shows("recently-seen", "Havn desk lamp");
      assertPrivate(home.headers);
    }, { javaScriptEnabled: false });
  });
}

/** The address of every file of the shop; a page has its clean one. */
function addresses() {
  const files = readdirSync(places.shop, { recursive: true }).map(String).filter((name) => statSync(join(places.shop, name)).isFile());
  return files.map((name) => `/${name.replace(/\\/g, "/").replace(/(^|\/)index\.html$/, "$1").replace(/\.html$/, "")}`).sort();
}

/** Changed bytes that are a function of the URL: cached as the origin says, without the origin's validators. */
function assertKeyed(headers, origins) {
  assert.equal(headers["cache-control"], origins.headers["cache-control"], "Cache-Control is the origin's");
  for (const name of ["etag", "last-modified", "accept-ranges"]) assert.equal(headers[name], undefined, name);
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
