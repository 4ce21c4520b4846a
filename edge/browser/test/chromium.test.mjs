// The package in a real page: with an edge before it, without one, and where the browser refuses.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { chromium } from "playwright-core";

import { banner, compiled } from "./playbook.mjs";
import { WINDOWED, serve } from "./site.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", WINDOWED];
const CHROMIUM = process.env.PARVIS_CHROMIUM ?? process.env.CHROMIUM ?? "/usr/bin/chromium";
const ALLOWED = banner("functionality");
const REFUSED = banner();

const playbook = compiled();
const profile = mkdtempSync(join(tmpdir(), "parvis-chromium-"));
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, `--crash-dumps-dir=${profile}`] });
});
after(async () => {
  await browser?.close();
  rmSync(profile, { recursive: true, force: true });
});

/** Opens a page of a fresh visitor, with cookies, and hands it to `use`. */
async function visit(answer, cookies, use, path = "/") {
  const site = await serve(playbook, answer);
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  try {
    for (const cookie of cookies) await context.addCookies([{ name: cookie.split("=")[0], value: cookie.slice(cookie.indexOf("=") + 1), url: site.origin }]);
    await page.goto(site.origin + path);
    await page.waitForFunction("window.loaded");
    await use({ page, site, context });
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
    await site.close();
  }
}

const begin = (page, options) => page.evaluate((options) => begin(options).ready, options);
const inner = (page, block) => page.locator(`[data-block="${block}"]`).innerHTML();
const recent = (page) => page.locator("#around").innerHTML();
const heard = (page, type) => page.evaluate((type) => heard.filter((event) => event.type === "parvis:" + type), type);
const choose = (page, cookie) =>
  page.evaluate((cookie) => {
    document.cookie = cookie + "; Path=/; SameSite=Lax";
    dispatchEvent(new CustomEvent("cc:onChange"));
    return parvis.consentChanged();
  }, cookie);
const stored = (page) => page.evaluate(() => ({ cookies: document.cookie, storage: { ...localStorage } }));

describe("what variants do to parts and groups", () => {
  const shelves = (page) => page.locator("#shelves").evaluate((node) => node.innerHTML.replace(/<input[^>]*>/, ""));
  const USUAL = '<div data-block="one">1</div> <!--block:two-->2<!--/block:two--><hr><div data-block="three">3</div>';

  test("parts and the order of a group follow the visit in place, keep the page's nodes, and go back", () =>
    visit(undefined, [ALLOWED], async ({ page }) => {
      await page.evaluate(() => (window.link = document.querySelector("[data-part=link]")));
      const card = await inner(page, "card");
      await begin(page, { edge: false });
      assert.deepEqual([await shelves(page), await inner(page, "card")], [USUAL, card]);
      await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
      assert.equal(await inner(page, "card"), '<h2 data-part="title">Back to Desk &lt;lamp&gt;</h2><a data-part="link" href="/p/desk-lamp">All</a>');
      assert.ok(await page.evaluate(() => window.link === document.querySelector("[data-part=link]")));
      assert.equal(await shelves(page), '<div data-block="three">3</div> <div data-block="one">1</div><hr><!--block:two-->2<!--/block:two-->');
      await page.evaluate(() => parvis.view({ item: "oak-desk" }));
      assert.equal(await inner(page, "card"), '<h2 data-part="title">Back to Oak desk</h2><a data-part="link" href="/p/oak-desk">All</a>');
      assert.equal(await shelves(page), '<!--block:two-->2<!--/block:two--> <div data-block="three">3</div><hr><div data-block="one">1</div>');
      await choose(page, REFUSED);
      assert.deepEqual([await shelves(page), await inner(page, "card")], [USUAL, card]);
      assert.deepEqual(await heard(page, "error"), []);
    }, "/?utm_campaign=parts"));

  test("a group waits while the visitor is busy in one of its blocks", () =>
    visit(undefined, [ALLOWED], async ({ page }) => {
      await begin(page, { edge: false });
      await page.focus("#inside");
      await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
      assert.equal(await shelves(page), USUAL);
      assert.ok(await page.evaluate(() => document.activeElement.id === "inside"));
      await page.focus("#elsewhere");
      await page.waitForFunction(() => document.querySelector("#shelves").firstElementChild.dataset.block === "three");
    }, "/?utm_campaign=parts"));
});

describe("without an edge", () => {
  test("nothing is stored before a choice, consent and a view change blocks in place, withdrawal takes all back", () =>
    visit(undefined, [], async ({ page }) => {
      await page.evaluate(() => (window.original = document.querySelector("[data-block=hero] h1")));
      await begin(page, { edge: false });
      assert.equal(await inner(page, "hero"), "<h1>Welcome</h1>");
      await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
      assert.deepEqual(await stored(page), { cookies: "", storage: {} });
      assert.equal(await inner(page, "hero"), "<h1>Welcome</h1>");

      await choose(page, ALLOWED);
      assert.equal((await heard(page, "consent")).length, 1);
      await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
      assert.equal(await inner(page, "hero"), "<h1>More light?</h1>");
      assert.equal(
        await recent(page),
        '<!-- block:recent --><ul><li><a href="/p/desk-lamp">Desk &lt;lamp&gt;</a></li></ul><!-- /block:recent --><p id="after">Stays</p>',
      );
      const kept = await stored(page);
      assert.match(kept.cookies, /parvis-visit=a~/);
      assert.deepEqual(Object.keys(kept.storage), ["parvis-memory"]);

      await choose(page, REFUSED);
      assert.equal(await inner(page, "hero"), "<h1>Welcome</h1>");
      assert.match(await recent(page), /<p>Nothing seen yet<\/p>/);
      assert.ok(await page.evaluate(() => original === document.querySelector("[data-block=hero] h1")), "the same nodes come back");
      assert.deepEqual(await stored(page), { cookies: REFUSED, storage: {} });
      assert.deepEqual(await heard(page, "error"), []);
      assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation").length), 1, "no reload");
    }));

  test("a second visit is welcomed from memory", () =>
    visit(undefined, [ALLOWED], async ({ page, site, context }) => {
      await page.goto(`${site.origin}/p/desk-lamp`);
      await begin(page, { edge: false });
      await context.clearCookies({ name: "parvis-visit" });
      await page.clock.setSystemTime(Date.now() + 30 * 60_000);
      await page.goto(site.origin);
      await begin(page, { edge: false });
      assert.equal(await inner(page, "again"), "<p>Welcome back to Lighting</p>");
    }));

  test("the cart hides a block and shows it again with its own style", () =>
    visit(undefined, [ALLOWED], async ({ page }) => {
      await begin(page, { edge: false });
      await page.evaluate(() => parvis.cart([{ item: "oak-desk", quantity: 2 }]));
      assert.equal(await page.locator("[data-block=offer]").isVisible(), false);
      await page.evaluate(() => parvis.cart([]));
      assert.equal(await page.locator("[data-block=offer]").isVisible(), true);
      assert.equal(await page.locator("[data-block=offer]").getAttribute("style"), "display: block;");
    }));

  test("slim takes the module by address, and starting twice is starting once", () =>
    visit(() => ({ entry: "slim" }), [ALLOWED], async ({ page, site }) => {
      await begin(page, { edge: false });
      assert.ok(await page.evaluate(() => begin({ edge: false }) === parvis));
      await page.evaluate(() => parvis.view({ category: "lighting" }));
      assert.equal(await inner(page, "hero"), "<h1>More light?</h1>");
      assert.equal(site.requests.filter(({ path }) => path === "/dist/core.wasm").length, 1);
    }));
});

describe("behind an edge", () => {
  const seen = {
    placed: { hero: "<h1>More light?</h1>", recent: "<ul><li>From the edge</li></ul>", again: "<p>Welcome back</p>" },
    timing: "hero=hero-lamps/shown:008 recent=recent/list:008 offer again=again/shown:010",
  };
  const VISIT = "parvis-visit=a~idesk-lamp~clighting";
  /** An edge that personalizes for who agreed, and deletes its own cookie for who did not. */
  const edge = (request) => {
    const agreed = (request.headers.cookie ?? "").includes("functionality");
    return agreed ? seen : { headers: { "set-cookie": "__Host-parvis=; Path=/; Secure; HttpOnly; Max-Age=0" } };
  };

  test("at load nothing is fetched, decided or changed; the edge's decisions are told", () =>
    visit(edge, [ALLOWED, VISIT], async ({ page, site }) => {
      await begin(page, { edge: true });
      const told = await heard(page, "decision");
      assert.deepEqual(told.map(({ block }) => block), ["hero", "recent", "offer", "again"]);
      assert.ok(told.every(({ source }) => source === "edge"));
      assert.deepEqual(site.requests.filter(({ path }) => /wasm|bin$/.test(path)), []);
      assert.match(await recent(page), /From the edge/);
    }));

  test("the first decisions are told at their blocks, whichever attribute marks these", async () => {
    const places = { hero: "SECTION", recent: "DIV", offer: "SECTION", again: "SECTION" };
    for (const marker of ["data-block", "data-slot"]) {
      await visit((request) => ({ ...edge(request), marker }), [ALLOWED, VISIT], async ({ page, site }) => {
        await begin(page, { edge: true });
        const told = await heard(page, "decision");
        assert.deepEqual(Object.fromEntries(told.map(({ block, on }) => [block, on])), places, marker);
        assert.deepEqual(site.requests.filter(({ path }) => /wasm|bin$/.test(path)), []);
      });
    }
  });

  test("a view changes the block that it concerns and no other", () =>
    visit(edge, [ALLOWED, VISIT], async ({ page }) => {
      await begin(page, { edge: true });
      await page.evaluate(() => (window.kept = document.querySelector("[data-block=hero] h1")));
      await page.evaluate(() => parvis.view({ item: "oak-desk", category: "lighting" }));
      assert.match(await recent(page), /Oak desk.*Desk &lt;lamp&gt;/);
      assert.ok(await page.evaluate(() => kept.isConnected), "the hero is decided as before and left alone");
      assert.match((await stored(page)).cookies, /parvis-visit=a~ioak-desk!desk-lamp/);
      assert.deepEqual((await heard(page, "applied")).map(({ block, on }) => [block, on]), [["recent", "DIV"]]);
      assert.equal(await inner(page, "again"), "<p>Welcome back</p>", "what only the edge sees stays");
    }));

  test("more consent leaves alone what only the edge can see", () => {
    const others = " shelves one two three card";
    const whole = (request) => ({ ...edge(request), timing: edge(request).timing + others });
    return visit(whole, [ALLOWED, VISIT], async ({ page, site }) => {
      await begin(page, { edge: true });
      await choose(page, banner("functionality", "analytics"));
      assert.equal((await heard(page, "consent")).length, 1);
      assert.equal(await inner(page, "again"), "<p>Welcome back</p>");
      assert.deepEqual(await heard(page, "applied"), []);
      assert.equal(site.requests.filter(({ path }) => path === "/").length, 1);
    });
  });

  test("withdrawal deletes first, then brings default content from the page as the edge sends it now", () =>
    visit(edge, [ALLOWED, VISIT], async ({ page, site }) => {
      await begin(page, { edge: true });
      const before = site.requests.length;
      await choose(page, REFUSED);
      assert.equal(await inner(page, "hero"), "<h1>Welcome</h1>");
      assert.match(await recent(page), /<p>Nothing seen yet<\/p>/);
      assert.deepEqual(await stored(page), { cookies: REFUSED, storage: {} });
      const asked = site.requests.slice(before).filter(({ path }) => path === "/");
      assert.equal(asked.length, 1);
      assert.ok(!asked[0].cookie.includes("parvis-visit"), "the visit was deleted before the edge was asked");
      const [consent] = await heard(page, "consent");
      assert.ok(consent.before.includes("session_personalization") && !consent.allowed.includes("session_personalization"));
    }));

  test("withdrawal takes back what only the edge could see, also once something was decided here", () =>
    visit(edge, [ALLOWED, VISIT], async ({ page }) => {
      await begin(page, { edge: true });
      await page.evaluate(() => parvis.view({ item: "oak-desk", category: "lighting" }));
      assert.equal(await inner(page, "again"), "<p>Welcome back</p>");
      await choose(page, REFUSED);
      assert.equal(await inner(page, "again"), "<p>Hello</p>");
    }));

  test("where the page cannot be had after withdrawal, nothing personal stays on the screen", () => {
    let calls = 0;
    return visit((request) => (calls++ ? { headers: { location: "/elsewhere" } } : edge(request)), [ALLOWED, VISIT], async ({ page }) => {
      await begin(page, { edge: true });
      await page.route("**/", (route) => route.abort());
      await choose(page, REFUSED);
      assert.equal(await inner(page, "hero"), "");
      assert.ok((await heard(page, "error")).some(({ reason }) => reason === "page"));
    });
  });

  test("a refusal by somebody who had never agreed asks the edge nothing", () =>
    visit(undefined, [], async ({ page, site }) => {
      await begin(page, { edge: true });
      await choose(page, REFUSED);
      assert.deepEqual(site.requests.filter(({ path }) => path === "/").length, 1);
      assert.deepEqual(await heard(page, "consent"), []);
      assert.deepEqual(await stored(page), { cookies: REFUSED, storage: {} });
    }));

  test("explain says what shows, what is allowed and what was read, and changes nothing", () =>
    visit(edge, [ALLOWED, VISIT], async ({ page }) => {
      await begin(page, { edge: true });
      const told = await page.evaluate(() => parvis.explain());
      assert.equal(told.source, "edge");
      assert.equal(told.optOut, "processed");
      assert.deepEqual(told.blocks[0], {
        block: "hero", campaign: "hero-lamps", variant: "shown", reason: "matched", source: "edge",
        sentence: "it applies, because `visit.last_category` is `lighting`",
      });
      const spring = told.campaigns.find(({ campaign }) => campaign === "again");
      assert.deepEqual([spring.reason, spring.sentence], ["edge-only", "it needs data that only the edge can read (`visitor.visits` is known to the edge alone; the campaign asks for `2` or more)"]);
      const french = await page.evaluate(() => parvis.explain({ language: "fr", sentences: { words: { is: "{signal} : {found}" } } }));
      assert.equal(french.blocks[0].sentence, "elle s'applique, car `visit.last_category` : `lighting`");
      const session = told.purposes.find(({ purpose }) => purpose === "session_personalization");
      assert.deepEqual([session.state, session.decision], ["granted", "allow"]);
      assert.ok(told.signals.some(({ name, sentence }) => name === "visit.last_item" && sentence));
      assert.equal((await stored(page)).cookies, `${ALLOWED}; ${VISIT}`);
      assert.deepEqual(await heard(page, "applied"), []);
    }));

  test("another tab follows a withdrawal", () =>
    visit(edge, [ALLOWED, VISIT], async ({ page, site, context }) => {
      await begin(page, { edge: true });
      const other = await context.newPage();
      await other.goto(site.origin);
      await other.waitForFunction("window.loaded");
      await begin(other, { edge: true });
      await choose(page, REFUSED);
      await other.waitForFunction(() => document.querySelector("[data-block=hero]").innerHTML === "<h1>Welcome</h1>");
    }));
});

describe("care", () => {
  test("a block is held while the focus is in it, and changes when the visitor leaves it", () =>
    visit(undefined, [ALLOWED], async ({ page }) => {
      await begin(page, { edge: false });
      await page.evaluate(() => {
        document.querySelector("[data-block=hero]").innerHTML = '<input id="busy">';
        document.querySelector("#busy").focus();
      });
      await page.evaluate(() => parvis.view({ category: "lighting" }));
      assert.deepEqual((await heard(page, "held")).map(({ block }) => block), ["hero"]);
      assert.equal(await inner(page, "hero"), '<input id="busy">');
      await page.locator("#elsewhere").focus();
      await page.waitForFunction(() => document.querySelector("[data-block=hero]").innerHTML === "<h1>More light?</h1>");
    }));

  test("a block is held while a piece of it is selected", () =>
    visit(undefined, [ALLOWED], async ({ page }) => {
      await begin(page, { edge: false });
      await page.evaluate(() => getSelection().selectAllChildren(document.querySelector("[data-block=hero] h1")));
      await page.evaluate(() => parvis.view({ category: "lighting" }));
      assert.equal(await inner(page, "hero"), "<h1>Welcome</h1>");
      await page.evaluate(() => getSelection().removeAllRanges());
      await page.waitForFunction(() => document.querySelector("[data-block=hero]").innerHTML === "<h1>More light?</h1>");
    }));

  test("the banner's announcement of an old choice changes nothing", () =>
    visit(undefined, [ALLOWED], async ({ page }) => {
      await begin(page, { edge: true });
      await page.evaluate(() => (dispatchEvent(new CustomEvent("cc:onConsent")), parvis.consentChanged()));
      assert.deepEqual(await heard(page, "consent"), []);
      assert.deepEqual(await page.evaluate(() => performance.getEntriesByName(location.origin + "/parvis/playbook.bin")), []);
    }));

  test("a policy that refuses WebAssembly leaves the page as it is and says so", () => {
    const headers = { "content-security-policy": "script-src 'self' 'unsafe-inline'" };
    return visit(() => ({ headers }), [ALLOWED], async ({ page }) => {
      await begin(page, { edge: false });
      await page.evaluate(() => parvis.view({ category: "lighting" }));
      assert.deepEqual((await heard(page, "error")).map(({ reason }) => reason), ["csp"], "told once");
      assert.equal(await inner(page, "hero"), "<h1>Welcome</h1>");
    });
  });

  test("a playbook that cannot be had leaves the page as it is, and is asked for again the next time", () =>
    visit(undefined, [ALLOWED], async ({ page }) => {
      await page.route("**/playbook.bin", (route) => route.fulfill({ status: 503 }), { times: 1 });
      await begin(page, { edge: false });
      assert.deepEqual((await heard(page, "error")).map(({ reason }) => reason), ["playbook"]);
      await page.evaluate(() => parvis.view({ category: "lighting" }));
      assert.equal(await inner(page, "hero"), "<h1>More light?</h1>");
    }));

  test("Trusted Types are kept with the policy named parvis", () => {
    const headers = { "content-security-policy": "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types parvis" };
    return visit(() => ({ headers }), [ALLOWED], async ({ page }) => {
      await begin(page, { edge: false });
      await page.evaluate(() => parvis.view({ category: "lighting" }));
      assert.equal(await inner(page, "hero"), "<h1>More light?</h1>");
      assert.deepEqual(await heard(page, "error"), []);
    });
  });

  test("after destroy nothing is heard, and starting anew works", () =>
    visit(undefined, [ALLOWED], async ({ page }) => {
      await begin(page, { edge: false });
      await page.evaluate(() => parvis.destroy());
      await page.evaluate((cookie) => {
        document.cookie = cookie;
        dispatchEvent(new CustomEvent("cc:onChange"));
      }, REFUSED);
      assert.deepEqual(await heard(page, "consent"), []);
      await begin(page, { edge: false });
      assert.deepEqual(await heard(page, "error"), []);
    }));
});

test("importing on a server does nothing", async () => {
  const { start } = await import("../dist/index.js");
  const parvis = start({ playbook: "/none", edge: true });
  await parvis.ready;
  assert.deepEqual((await parvis.explain()).blocks, []);
});
