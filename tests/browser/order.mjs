// A visitor orders: what was about the thing ends with the purchase, on the page that follows.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import { PICTURES } from "./places.mjs";
import { CLS_GOOD, DEFAULT, reasons, VISIT } from "./stage.mjs";

/** Tells of the order on this stage. */
export function order(stage) {
  describe(`(h) an order: ${stage.host}`, () => {
    stage.visit("what was bought is no longer thought about, the offer for the first order is over, and the basket is empty", async (visitor) => {
      const { page } = visitor;
      await fill(visitor, "oak-desk");
      await visitor.go("/");
      await visitor.shows("hero", "Still thinking about the Eik desk?");
      await visitor.shows("for-you", "A desk wants company.");
      assert.match((await offer(visitor)), /^decided .* first-order · /);

      const ordered = await buy(visitor);
      assert.equal(new URL(page.url()).pathname, "/ordered");
      assert.deepEqual(ordered.setCookie.filter((cookie) => cookie.includes("shop-")), []);
      await page.locator("main").getByText("Eik desk").waitFor();
      assert.equal(await page.locator("[data-basket-count]").textContent(), "0");
      await visitor.until(() => visitor.cookies(), (cookies) => cookies[VISIT]?.value.includes("~p"), "the purchase in the visit");
      assert.ok(!(await visitor.cookies())["shop-cart"], "the shop's own basket");

      const home = await visitor.go("/");
      await visitor.shows("hero", "It is on the night train.");
      await visitor.shows("for-you", "You have been looking at desks.");
      assert.match(await offer(visitor), /^default /);
      assert.match(home.body.toString(), /It is on the night train\./, "the edge itself has done it");

      // What was not bought is thought about as ever.
      await visitor.go("/p/stool");
      await visitor.go("/");
      await visitor.shows("hero", "Still thinking about the Tre stool?");
      await visitor.go("/p/oak-desk");
      await visitor.go("/");
      await visitor.shows("hero", "It is on the night train.");
    });

    stage.visit("is told once, however often its page is opened, and never where nobody ordered", async (visitor) => {
      const { page } = visitor;
      const untold = async () => {
        await visitor.settle();
        const { [VISIT]: visit } = await visitor.cookies();
        assert.ok(visit, "there is a visit");
        return !visit.value.includes("~p");
      };
      await fill(visitor, "desk-lamp");
      await visitor.go("/ordered");
      await page.getByText("Nothing that this browser remembers.").waitFor();
      assert.ok(await untold(), "without an order");
      await buy(visitor);
      assert.ok(!(await untold()), "with one");
      // The next page's request hands it to the edge; the page itself would tell it again.
      for (const time of ["the second time", "the third time"]) {
        await visitor.go("/ordered");
        await page.locator("main").getByText("Havn desk lamp").waitFor();
        assert.ok(await untold(), time);
      }
    });

    stage.visit("without a choice in the banner an order leaves nothing of ours", async (visitor) => {
      await visitor.go("/p/desk-lamp");
      await visitor.page.getByRole("button", { name: "Put in the basket" }).first().click();
      await buy(visitor);
      await visitor.settle();
      await visitor.go("/");
      await visitor.shows("hero", DEFAULT.hero);
      assert.deepEqual(await visitor.kept(), ["cookie shop-order"]);
    });

    const screens = [
      { name: "desktop", colorScheme: "light", viewport: { width: 1280, height: 900 } },
      { name: "phone", colorScheme: "dark", viewport: { width: 360, height: 780 } },
    ];
    for (const { name, colorScheme, viewport } of screens) {
      stage.visit(`by keyboard, on pages that do not move, with pictures to look at: ${name}, ${colorScheme}`, async (visitor) => {
        const { page } = visitor;
        const take = (what) => page.screenshot({ path: join(PICTURES, `${stage.host}-${colorScheme}-${name}-${what}.png`), fullPage: true, animations: "disabled" });
        mkdirSync(PICTURES, { recursive: true });
        await fill(visitor, "oak-desk");
        await fill(visitor, "desk-lamp");
        await visitor.go("/cart");
        await still(visitor, "basket");
        await take("4-basket");
        const isOrder = () => page.evaluate(() => document.activeElement?.textContent === "Place the order");
        for (let steps = 0; !(await isOrder()); steps += 1) {
          assert.ok(steps < 40, "40 times Tab and the button has no focus");
          await page.keyboard.press("Tab");
        }
        await Promise.all([page.waitForURL("**/ordered"), page.keyboard.press("Enter")]);
        await page.locator("main").getByText("Havn desk lamp").waitFor();
        await still(visitor, "order");
        await take("5-ordered");
        await visitor.go("/");
        await visitor.shows("hero", "It is on the night train.");
        await still(visitor, "home");
        await take("6-home");
      }, { viewport, colorScheme });
    }
  });
}

/** Agrees, if the banner still asks, and puts a thing in the basket on its own page. */
async function fill(visitor, item) {
  await visitor.go(`/p/${item}`);
  await visitor.settle();
  if (!(await visitor.cookies()).cc_cookie) {
    await visitor.accept();
    // The page that was open at the choice counts from the next request on.
    await visitor.go(`/p/${item}`);
  }
  await visitor.page.getByRole("button", { name: "Put in the basket" }).first().click();
  await visitor.until(() => visitor.cookies(), (cookies) => cookies[VISIT]?.value.includes(`${item}*`), "the cart in the visit");
}

/** Orders what is in the basket; resolves to the page that confirms it. */
async function buy(visitor) {
  await visitor.go("/cart");
  return visitor.follow(visitor.page.getByRole("button", { name: "Place the order" }));
}

/** What the panel says of the offer. */
async function offer(visitor) {
  const { page } = visitor;
  await page.locator("header [data-why]").click();
  const rows = await visitor.until(() => reasons(page), (rows) => Object.keys(rows).length === 5, "a row for each of five blocks");
  await page.keyboard.press("Escape");
  return rows["The offer"];
}

/** Fails if the page has moved since it began, or is wider than its window. */
async function still(visitor, name) {
  await visitor.settle();
  const { sum, shifts } = await visitor.shifted();
  assert.ok(sum < CLS_GOOD, `${name}: ${JSON.stringify(shifts)}`);
  const { wide, window } = await visitor.page.evaluate(() => ({ wide: document.documentElement.scrollWidth, window: innerWidth }));
  assert.ok(wide <= window, `${name}: ${wide} px in a window of ${window}`);
}
