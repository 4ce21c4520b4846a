// What must hold besides the story: hostile cookies, privacy signals, keyboards, small screens, steady pages.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ask, difference } from "./ask.mjs";
import { PICTURES } from "./places.mjs";
import { accepted, CLS_GOOD, DEFAULT, MEMORY, purposes, reasons, seeLamp, VISIT } from "./stage.mjs";
import { arrive } from "./visitor.mjs";

/** Tests the manners of the host on this stage. */
export function manners(stage) {
  describe(`(g) what else must hold: ${stage.host}`, () => {
    stage.visit("global privacy control: nothing without a choice, no enriched profile with one", async (visitor) => {
      const { page } = visitor;
      await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }));
      const home = await visitor.go("/");
      assert.equal(difference(home.body, (await ask(`${stage.shop.originUrl}/`)).body), null);
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
      const origins = await ask(`${stage.shop.originUrl}/`);
      const visitor = await arrive(stage.browser, stage.shop);
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
        const response = await ask(`${stage.shop.url}/`, { headers: { cookie } }).catch((error) => ({ status: error.message, body: Buffer.alloc(0) }));
        const differs = difference(response.body, origins.body);
        if (response.status !== 200 || differs) wrong.push(`${name}: status ${response.status}, ${differs}`);
      }
      assert.deepEqual(wrong, []);
      // And the real ones, to know that the cases above fail for what is wrong with them.
      const real = await ask(`${stage.shop.url}/`, { headers: { cookie: `${accepted()}; ${VISIT}=${visitCookie}; ${MEMORY}=${memory}` } });
      assert.match(real.body.toString(), /Still thinking about the Havn desk lamp\?/);
    });

    stage.visit("`why do I see this?` is reached by keyboard alone and gives a reason for every block", async (visitor) => {
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
      stage.visit(`a block that changes in place moves nothing else: ${name}`, async (visitor) => {
        await seeLamp(visitor);
        await visitor.go("/");
        await visitor.shows("hero", "Havn desk lamp");
        await visitor.settle();
        const loading = await visitor.shifted();
        assert.ok(loading.sum < CLS_GOOD, `while loading: ${JSON.stringify(loading)}`);
        // Two blocks are in view, and the click is a script's, which excuses no shift.
        await visitor.page.locator('[data-block="for-you"]').evaluate((block) => scrollBy(0, block.getBoundingClientRect().top - innerHeight / 2));
        await visitor.page.locator('#all [data-look="standing-desk"]').evaluate((button) => button.click());
        await visitor.shows("recently-seen", "Reis sit-stand desk");
        await visitor.shows("for-you", "You have been looking at desks.");
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
      stage.visit(`pictures to look at: 360 px wide, ${colorScheme}`, async (visitor) => {
        const { page } = visitor;
        const take = (name, fullPage = true) => page.screenshot({ path: join(PICTURES, `${stage.host}-${colorScheme}-${name}.png`), fullPage, animations: "disabled" });
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

/** Printable noise, the same in every run. */
function noise(length) {
  let state = 42;
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~*!";
  return Array.from({ length }, () => letters[(state = (state * 48271) % 2147483647) % letters.length]).join("");
}
