// A denial in a real page: nothing that can fail stands between what the visitor says and what is gone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { chromium } from "playwright-core";

import { STORAGE } from "../js/names.js";
import { banner, compiled } from "./playbook.mjs";
import { WINDOWED, serve } from "./site.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", WINDOWED];
const ALLOWED = banner("functionality");
const REFUSED = banner();
const VISIT = "parvis-visit=a~idesk-lamp~clighting";
const MEMORY = "__Host-parvis=sealed";
const DENIAL = /parvis-consent=1\.[0-9a-f]{8}\.0\.3fc\.0/;
const DEFAULT = { hero: "<h1>Welcome</h1>", again: "<p>Hello</p>", recent: "<p>Nothing seen yet</p>" };
const PERSONAL = { hero: "<h1>More light?</h1>", recent: "<ul><li>From the edge</li></ul>", again: "<p>Welcome back</p>" };
/** Everything granted, and everything refused, of October 2026. */
const GRANTED_TC = "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA";
const REFUSED_TC = "CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.YAAAAAAAAAAA";
const TIMING = "hero=hero-lamps/shown:008 recent=recent/list:008 offer again=again/shown:010";

const playbook = compiled();
const profile = mkdtempSync(join(tmpdir(), "parvis-denial-"));
/** With the back-forward cache and without it. */
const browsers = {};

before(async () => {
  const executablePath = process.env.PARVIS_CHROMIUM ?? process.env.CHROMIUM ?? "/usr/bin/chromium";
  const args = [...FLAGS, `--crash-dumps-dir=${profile}`];
  browsers.plain = await chromium.launch({ executablePath, args });
  browsers.cached = await chromium.launch({ executablePath, args, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
});
after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  rmSync(profile, { recursive: true, force: true });
});

/** An edge as it is told by its cookies: personal for who agreed and has a visit, and it deletes what it may not keep. */
function edge(more = {}) {
  return (request) => {
    const { url, headers: { cookie = "" } } = request;
    if (url === "/imprint") return { timing: "", ...more };
    const [granted, denied] = [1, 2].map((at) => parseInt(/-consent=1\.[0-9a-f]+\.([0-9a-f]+)\.([0-9a-f]+)/.exec(cookie)?.[at] ?? "0", 16));
    const allowed = (/functionality/.test(cookie) || (granted & 8 && cookie.includes("parvis-visit"))) && !(denied & 8);
    const remembers = allowed && !(denied & 0x10);
    const shown = remembers ? [PERSONAL, TIMING] : [{ ...PERSONAL, again: DEFAULT.again }, TIMING.replace(/again=.*/, "again")];
    const gone = !remembers && cookie.includes("__Host-parvis") ? { "set-cookie": "__Host-parvis=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0" } : {};
    const headers = { ...more.headers, ...gone };
    return allowed ? { placed: shown[0], timing: shown[1], ...more, headers } : { ...more, headers };
  };
}

/** Opens a page of a visitor with cookies, and hands it to `use`. */
async function visit(answer, cookies, use, { browser = "plain", options = { edge: true }, prepare, path = "/" } = {}) {
  const site = await serve(playbook, answer);
  const context = await browsers[browser].newContext();
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  const go = async (to) => {
    await page.goto(site.origin + to);
    await ready(page, options);
  };
  try {
    for (const cookie of cookies) {
      const [name] = cookie.split("=");
      await context.addCookies([{ name, value: cookie.slice(name.length + 1), url: site.origin, ...(name === "__Host-parvis" && { secure: true, httpOnly: true, url: undefined, domain: "localhost", path: "/" }) }]);
    }
    await prepare?.(page, context);
    await go(path);
    await use({ page, site, context, go });
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
    await site.close();
  }
}

async function ready(page, options = { edge: true }) {
  await page.waitForFunction("window.loaded");
  await page.evaluate((options) => begin(options).ready, options);
}

/** What blocks show; of comments too. */
const blocks = (page) =>
  page.evaluate(() => ({
    hero: document.querySelector("[data-block=hero]")?.innerHTML,
    again: document.querySelector("[data-block=again]")?.innerHTML,
    recent: /<!-- block:recent -->(.*)<!-- \/block:recent -->/.exec(document.querySelector("#around")?.innerHTML)?.[1],
  }));
const shows = (page, wanted) =>
  page.waitForFunction((wanted) => Object.entries(wanted).every(([block, html]) => document.body.innerHTML.includes(html)), wanted, { timeout: 5_000 });
const hidden = async (context) => (await context.cookies()).map(({ name }) => name);

describe("withdrawal depends on nothing that can fail", () => {
  const csp = { headers: { "content-security-policy": "script-src 'self' 'unsafe-inline'" } };
  const throwing = (page) =>
    page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, { get: () => { throw new DOMException("denied", "SecurityError"); } });
      }
    });
  const ways = {
    "the page's policy refuses WebAssembly": { more: csp },
    "there is no playbook": { prepare: (page) => page.route("**/playbook.bin", (route) => route.fulfill({ status: 404 })) },
    "web storage throws": { prepare: throwing },
    "nothing fails": {},
  };
  for (const [way, { more, prepare }] of Object.entries(ways)) {
    test(way, () => visit(edge(more), [ALLOWED, VISIT, MEMORY], async ({ page, site, context, go }) => {
      assert.deepEqual(await blocks(page), PERSONAL);
      const before = site.requests.length;
      // In the same turn, before anything could have been asked.
      const at = await page.evaluate(() => {
        window.done = parvis.withdraw();
        return { cookies: document.cookie, html: document.querySelector("main").innerHTML };
      });
      assert.match(at.cookies, DENIAL);
      assert.ok(!at.cookies.includes("parvis-visit"), at.cookies);
      for (const html of Object.values(PERSONAL)) assert.ok(!at.html.includes(html), at.html);
      assert.equal(await page.evaluate(() => done), true);
      assert.deepEqual(await blocks(page), DEFAULT);
      const [asked] = site.requests.slice(before).filter(({ path }) => path === "/");
      assert.match(asked.cookie, DENIAL, "the next request has the denial");
      assert.ok(!(await hidden(context)).includes("__Host-parvis"), "and its response deletes the hidden cookie");
      await go("/");
      assert.deepEqual(await blocks(page), DEFAULT);
      assert.match(await page.evaluate(() => document.cookie), DENIAL);
    }, { prepare }));
  }

  test("the network is off", () => visit(edge(), [ALLOWED, VISIT, MEMORY], async ({ page, context, go }) => {
    await context.setOffline(true);
    assert.equal(await page.evaluate(() => parvis.withdraw()), true);
    assert.deepEqual(await blocks(page), { hero: "", again: "", recent: "" });
    assert.match(await page.evaluate(() => document.cookie), DENIAL);
    await context.setOffline(false);
    await go("/");
    assert.deepEqual(await blocks(page), DEFAULT);
    assert.ok(!(await hidden(context)).includes("__Host-parvis"));
  }));

  test("where the browser stores no cookie the promise says so, and the page is clean all the same", () =>
    visit(edge(), [ALLOWED, VISIT], async ({ page }) => {
      await page.evaluate(() => Object.defineProperty(document, "cookie", { get: () => "", set: () => {} }));
      assert.equal(await page.evaluate(() => parvis.withdraw()), false);
      for (const html of Object.values(PERSONAL)) assert.ok(!(await page.content()).includes(html));
    }));

  test("what is denied in a form is gone first, and the rest stays", () =>
    visit(edge(), [ALLOWED, VISIT], async ({ page }) => {
      await page.route("**/playbook.bin", (route) => route.abort());
      const done = await page.evaluate(() => parvis.choose({ grant: ["measurement"], deny: ["persistent_personalization"] }));
      assert.equal(done, true);
      const { hero, again } = await blocks(page);
      assert.equal(hero, PERSONAL.hero);
      assert.equal(again, DEFAULT.again);
      assert.match(await page.evaluate(() => document.cookie), /parvis-consent=1\.[0-9a-f]{8}\.0\.10\.0/);
    }));

  test("a playbook's own name of the mirror is known before the playbook is", () =>
    visit(edge({ names: "my-consent older.consent" }), [ALLOWED, VISIT], async ({ page }) => {
      await page.route("**/playbook.bin", (route) => route.abort());
      await page.evaluate(() => parvis.withdraw());
      assert.match(await page.evaluate(() => document.cookie), /my-consent=1\.[0-9a-f]{8}\.0\.3fc\.0/);
    }));

  test("an edge that tells scripts nothing leaves no block unasked", () =>
    visit((request) => ({ ...edge()(request), timing: undefined, headers: { "cache-control": "private, no-store" } }), [ALLOWED, VISIT], async ({ page }) => {
      assert.deepEqual(await blocks(page), PERSONAL);
      await page.route("**/playbook.bin", (route) => route.abort());
      assert.equal(await page.evaluate(() => parvis.withdraw()), true);
      assert.deepEqual(await blocks(page), DEFAULT);
    }));
});

describe("every element that carries it", () => {
  const way = { prepare: (page) => page.route("**/playbook.bin", (route) => route.abort()) };

  test("copies, what is mounted again, and what is mounted later", () => visit(edge(), [ALLOWED, VISIT], async ({ page }) => {
    await page.evaluate(() => {
      const hero = document.querySelector("[data-block=hero]");
      window.kept = hero.cloneNode(true);
      const copy = hero.cloneNode(true);
      copy.id = "copy";
      hero.after(copy);
      hero.replaceWith(hero.cloneNode(true));
    });
    await page.evaluate(() => parvis.withdraw());
    assert.equal(await page.locator("#copy").innerHTML(), DEFAULT.hero);
    await page.evaluate(() => document.querySelector("main").append(kept));
    await page.waitForFunction(() => !document.querySelector("main").innerHTML.includes("More light?"));
  }, way));

  for (const options of [{ edge: true }, { edge: false }]) {
    const cookies = options.edge ? [ALLOWED, VISIT] : [ALLOWED];
    const show = (page) => page.evaluate(() => parvis.view({ item: "desk-lamp" }));
    const personal = (page) => page.evaluate(() => document.body.innerHTML.includes("More light?"));
    test(`after destroy and a new start, ${options.edge ? "behind an edge" : "without one"}`, () => visit(options.edge ? edge() : undefined, cookies, async ({ page }) => {
      await show(page);
      assert.ok(await personal(page));
      await page.evaluate((options) => (parvis.destroy(), begin(options).ready), options);
      assert.equal(await page.evaluate(() => parvis.withdraw()), true);
      assert.ok(!(await personal(page)));
      assert.deepEqual((await blocks(page)).hero, DEFAULT.hero);
    }, { options }));

    test(`on an address without blocks, ${options.edge ? "behind an edge" : "without one"}`, () => visit(options.edge ? edge() : undefined, cookies, async ({ page }) => {
      await show(page);
      await page.evaluate(() => history.pushState(null, "", "/imprint"));
      await page.evaluate((cookie) => {
        document.cookie = cookie + "; Path=/";
        dispatchEvent(new Event("cc:onChange"));
        return parvis.consentChanged();
      }, REFUSED);
      await page.waitForFunction(() => !document.body.innerHTML.includes("More light?"));
    }, { options }));
  }

  test("who is busy in it is not waited for", () => visit(edge(), [ALLOWED, VISIT], async ({ page }) => {
    await page.evaluate(() => getSelection().selectAllChildren(document.querySelector("[data-block=hero] h1")));
    await page.evaluate(() => parvis.withdraw());
    assert.equal((await blocks(page)).hero, DEFAULT.hero);
  }));

  test("a destroyed object does nothing more, but deny", () => visit(edge(), [ALLOWED, VISIT], async ({ page }) => {
    const before = await page.evaluate(() => document.cookie);
    await page.evaluate(() => (parvis.destroy(), parvis.view({ item: "oak-desk", category: "desks" })));
    assert.equal(await page.evaluate(() => document.cookie), before);
    assert.deepEqual(await blocks(page), PERSONAL);
    assert.equal(await page.evaluate(() => parvis.withdraw()), true);
    assert.deepEqual(await blocks(page), DEFAULT);
  }));
});

describe("back to a page that was decided before", () => {
  const withdraw = (page) => page.evaluate(() => parvis.withdraw());
  const refuse = (page) => page.evaluate((cookie) => void (document.cookie = cookie + "; Path=/"), REFUSED);
  /** A page of the back-forward cache is not loaded again, which Playwright's own way would wait for. */
  const back = async (page, begins = true) => {
    await page.evaluate(() => void setTimeout(() => history.back()));
    await page.waitForFunction(() => location.pathname === "/" && document.readyState === "complete");
    if (begins && (await page.evaluate(() => window.parvis === undefined))) await ready(page);
  };
  /** Routes of Playwright's would switch the HTTP cache off. */
  const off = (page) => page.addInitScript(() => {
    const { fetch } = window;
    window.fetch = async (...words) => {
      if (String(words[0]).endsWith(".bin")) await new Promise((done, fail) => (window.answer = done, setTimeout(fail, 1_000, new TypeError("off"))));
      return fetch(...words);
    };
  });

  for (const browser of ["plain", "cached"]) {
    for (const [how, deny] of Object.entries({ withdraw, refuse })) {
      for (const [more, prepare] of Object.entries({ "": undefined, ", without a playbook": off })) {
        test(`${how}, ${browser === "plain" ? "from the HTTP cache" : "from the back-forward cache"}${more}`, () =>
          visit(edge(), [ALLOWED, VISIT, MEMORY], async ({ page, go }) => {
            assert.deepEqual(await blocks(page), PERSONAL);
            await page.evaluate(() => (window.restored = true));
            await go("/imprint");
            await deny(page);
            await back(page);
            // A message to the site's other tabs takes a page out of the back-forward cache.
            const restored = browser === "cached" && deny === refuse;
            assert.equal(await page.evaluate(() => window.restored === true), restored);
            await shows(page, DEFAULT);
            assert.deepEqual(await blocks(page), DEFAULT);
          }, { browser, prepare }));
      }
    }
    test(`who still agrees sees the same, ${browser}`, () => visit(edge(), [ALLOWED, VISIT], async ({ page, go, site }) => {
      await go("/imprint");
      const before = site.requests.length;
      await back(page);
      assert.deepEqual(await blocks(page), PERSONAL);
      assert.deepEqual(site.requests.slice(before).filter(({ path }) => /bin$|wasm$/.test(path)), []);
    }, { browser }));
  }

  test("what took a permit is hidden until it is known whether it may be shown", () => visit(edge(), [ALLOWED, VISIT], async ({ page, go }) => {
    await go("/imprint");
    await page.evaluate((cookie) => void (document.cookie = cookie + "; Path=/"), banner("functionality", "analytics"));
    await back(page, false);
    await page.waitForFunction("window.loaded");
    await page.evaluate(() => void begin({ edge: true }));
    assert.deepEqual(await blocks(page), { hero: "", again: "", recent: "" });
    await page.waitForFunction("window.answer");
    await page.evaluate(() => answer());
    await shows(page, PERSONAL);
  }, { prepare: off }));

  test("back, with the network off: nothing personal is shown from the cache", () => visit(edge(), [ALLOWED, VISIT], async ({ page, go, context }) => {
    await go("/imprint");
    await withdraw(page);
    await context.setOffline(true);
    await page.goBack().catch(() => {});
    const html = await page.content();
    if (await page.evaluate(() => window.loaded).catch(() => false)) await ready(page);
    for (const personal of Object.values(PERSONAL)) assert.ok(!(await page.content()).includes(personal), html);
  }));
});

describe("every read and write of storage, by instrumentation", () => {
  /** Wraps what a page can store in; the list is kept for as long as the tab is open. */
  const instrument = (page) =>
    page.addInitScript(() => {
      window.touched = [];
      const note = (...what) => void window.touched.push(what.join(" "));
      for (const name of ["getItem", "setItem", "removeItem", "key", "clear"]) {
        const own = Storage.prototype[name];
        Storage.prototype[name] = function (...words) {
          note(this === window.localStorage ? "local" : "session", name, words[0]);
          return own.apply(this, words);
        };
      }
      const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
      Object.defineProperty(document, "cookie", { get: () => get.call(document), set: (value) => (note("cookie", value.split("=")[0]), set.call(document, value)), configurable: true });
      for (const [on, name] of [[indexedDB, "open"], [caches, "open"], [CookieStore.prototype, "set"], [CookieStore.prototype, "get"]]) {
        const own = on[name];
        on[name] = function (...words) { note(name, words[0]); return own.apply(this, words); };
      }
    });
  /** All but the choice itself: the mirror, and the keys of banners. */
  const own = async (page) => {
    const touched = await page.evaluate(() => touched.splice(0));
    return touched.filter((one) => !/^cookie (parvis-consent|cc_cookie)/.test(one) && !STORAGE.some((key) => one === `local getItem ${key}`));
  };
  const choose = (page, cookie) => page.evaluate((cookie) => {
    document.cookie = cookie + "; Path=/";
    dispatchEvent(new Event("cc:onChange"));
    return parvis.consentChanged();
  }, cookie);
  const REMOVED = ["local removeItem parvis-memory"];

  for (const options of [{ edge: true }, { edge: false }]) {
    test(options.edge ? "behind an edge" : "without an edge", () => visit(options.edge ? edge() : undefined, [], async ({ page, go }) => {
      const removed = (all) => all.filter((one) => !REMOVED.includes(one));
      assert.deepEqual(removed(await own(page)), [], "before a choice");
      await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
      assert.deepEqual(removed(await own(page)), [], "before a choice, when something was seen");
      await choose(page, ALLOWED);
      await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
      assert.ok((await own(page)).includes("cookie parvis-visit"), "after a grant it is kept");
      await go("/imprint");
      await own(page);
      await choose(page, REFUSED);
      const gone = await own(page);
      assert.deepEqual(gone.filter((one) => !/^(cookie parvis-visit|local removeItem parvis-memory|session removeItem parvis-mirrored)$/.test(one)), [], "a refusal deletes, and reads nothing");
      await page.evaluate(() => parvis.view({ item: "oak-desk" }));
      assert.deepEqual(removed(await own(page)), [], "after a refusal");
      await page.goBack();
      await ready(page, options);
      assert.deepEqual(removed(await own(page)), [], "after Back");
    }, { options, prepare: instrument }));
  }

  test("visitor memory that is there without a permit is removed and not read, and it carries the end of its life", () =>
    visit(undefined, [], async ({ page, go }) => {
      const touched = (await page.evaluate(() => touched.splice(0))).filter((one) => one.includes("memory"));
      assert.ok(touched.length > 0 && touched.every((one) => one === REMOVED[0]), touched.join());
      await choose(page, ALLOWED);
      await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
      const [, end] = /^(\d+)\./.exec(await page.evaluate(() => localStorage.getItem("parvis-memory")));
      const days = (end - Date.now() / 1000) / 86_400;
      assert.ok(days > 179 && days <= 180, `${days} days`);
      await page.evaluate((end) => localStorage.setItem("parvis-memory", localStorage.getItem("parvis-memory").replace(end, "1")), end);
      await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
      assert.ok(await page.evaluate(() => Number(localStorage.getItem("parvis-memory").split(".")[0]) > 1), "what is over is begun anew");
    }, { options: { edge: false }, prepare: async (page) => { await page.addInitScript(() => { if (!sessionStorage.planted) localStorage.setItem("parvis-memory", "planted"); sessionStorage.planted = 1; }); await instrument(page); } }));
});

describe("what banners dispatch is heard at once", () => {
  const rows = {
    Cookiebot: () => dispatchEvent(new Event("CookiebotOnDecline")),
    OneTrust: () => dispatchEvent(new Event("OneTrustGroupsUpdated")),
    tarteaucitron: () => document.dispatchEvent(new Event("tac.consent_updated")),
    CookieYes: () => document.dispatchEvent(new Event("cookieyes_consent_update")),
    Complianz: () => document.dispatchEvent(new Event("cmplz_revoke")),
    "vanilla-cookieconsent": () => dispatchEvent(new Event("cc:onChange")),
    Usercentrics: () => dispatchEvent(new Event("UC_UI_CMP_EVENT")),
    Didomi: () => hear.didomi(),
    Axeptio: () => hear.axeptio(),
    Klaro: () => hear.klaro(),
    orejime: () => hear.orejime(),
    "no banner, where the browser tells of its cookies": () => {},
  };
  /** Functions of banners, which come later than a page begins. */
  const late = () => {
    const script = document.createElement("script");
    script.src = "/dist/names.js?late";
    window.hear = {};
    const banners = {
      Didomi: { on: (type, heard) => type === "consent.changed" && (hear.didomi = heard) },
      _axcb: { push: (use) => use({ on: (type, heard) => type === "cookies:complete" && (hear.axeptio = heard) }) },
      klaro: { getManager: () => ({ watch: ({ update }) => (hear.klaro = update) }) },
      orejime: { manager: { on: (type, heard) => type === "update" && (hear.orejime = heard) } },
    };
    script.addEventListener("load", () => Object.assign(window, banners));
    script.type = "text/plain";
    document.head.append(script);
    // A script of a type that does not run never loads: what matters is its event.
    script.dispatchEvent(new Event("load"));
  };
  /** Waits until nothing is kept that scripts can see, and tells what is still there after four seconds. */
  const kept = (page, how) =>
    page.evaluate(async ([cookie, decline]) => {
      if (cookie) document.cookie = cookie + "; Path=/";
      new Function(`return ${decline}`)()();
      const kept = () => [document.cookie.includes("parvis-visit") && "the visit", localStorage.getItem("parvis-memory") !== null && "visitor memory"].filter(Boolean);
      for (const from = performance.now(); kept().length > 0 && performance.now() - from < 4_000; ) await new Promise((done) => setTimeout(done, 20));
      return kept();
    }, how);
  const silent = (page) => page.addInitScript(() => Object.defineProperty(window, "cookieStore", { value: undefined }));

  for (const options of [{ edge: true }, { edge: false }]) {
    const where = options.edge ? "" : ", without an edge";
    const cookies = options.edge ? [ALLOWED, VISIT] : [ALLOWED];
    for (const [name, decline] of Object.entries(rows)) {
      test(name + where, () => visit(options.edge ? edge() : undefined, cookies, async ({ page }) => {
        if (!options.edge) {
          await page.evaluate(() => parvis.view({ item: "desk-lamp" }));
          assert.ok(await page.evaluate(() => document.cookie.includes("parvis-visit") && localStorage.getItem("parvis-memory")), "both are kept");
        }
        // Without the looks with which a page begins.
        if (name === "Didomi" || name === "Cookiebot") await page.waitForTimeout(9_500);
        await page.evaluate(late);
        await page.waitForFunction(() => Object.keys(hear).length === 4, undefined, { timeout: 12_000 });
        assert.deepEqual(await kept(page, [REFUSED, decline.toString()]), []);
        await shows(page, DEFAULT);
      }, { options, prepare: name.startsWith("no banner") ? undefined : silent }));
    }
  }

  /** What scripts are told, and by whom: a yes as the page begins, and then a no. */
  const voices = {
    TCF: {
      said: [GRANTED_TC, REFUSED_TC],
      interface: (first) => {
        const event = (eventStatus, tcString) => [{ eventStatus, tcString, gdprApplies: true }, true];
        window.__tcfapi = (command, version, callback) => {
          if (command !== "addEventListener" || version !== 2) return;
          window.say = (text) => callback(...event("useractioncomplete", text));
          callback(...event("tcloaded", first));
        };
      },
    },
    GPP: {
      said: [`DBABMA~${GRANTED_TC}`, `DBABMA~${REFUSED_TC}`],
      interface: (first) => {
        const ping = (gppString) => ({ signalStatus: "ready", gppString, applicableSections: [2] });
        window.__gpp = (command, callback) => {
          if (command === "ping") return callback(ping(first), true);
          window.say = (text) => callback({ eventName: "signalStatus", data: "ready", pingData: ping(text) }, true);
          callback({ eventName: "listenerRegistered", data: true, pingData: ping(first) }, true);
        };
      },
    },
    Osano: {
      said: ["ACCEPT", "DENY"].map((word) => ({ ESSENTIAL: "ACCEPT", PERSONALIZATION: word, ANALYTICS: word, MARKETING: word, OPT_OUT: "DENY" })),
      interface: (first) => {
        const addEventListener = (type, listener) => {
          if (type === "osano-cm-initialized") listener(first);
          if (type === "osano-cm-consent-saved") window.say = listener;
        };
        window.Osano = { cm: { addEventListener } };
      },
    },
  };
  for (const [name, { said: [yes, no], interface: api }] of Object.entries(voices)) {
    const prepare = async (page) => {
      await silent(page);
      await page.addInitScript(api, yes);
    };
    for (const failure of ["", ", and there is no playbook any more"]) {
      const fail = (page) => failure && page.route("**/playbook.bin", (route) => route.fulfill({ status: 404 }));
      const say = `() => say(${JSON.stringify(no)})`;
      test(`${name}, by its interface${failure}`, () => visit(edge(), [], async ({ page, go, context, site }) => {
        // A yes is mirrored once, and the edge goes by that.
        await page.waitForFunction(() => /parvis-consent=1\.[0-9a-f]+\.[0-9a-f]*[c-f]\.0\./.test(document.cookie));
        const [visit, memory] = [VISIT, MEMORY].map((cookie) => cookie.split("="));
        await context.addCookies([{ name: visit[0], value: visit[1], url: site.origin }, { name: memory[0], value: memory[1], domain: "localhost", path: "/", secure: true, httpOnly: true }]);
        await go("/");
        assert.deepEqual(await blocks(page), PERSONAL);
        await fail(page);
        assert.deepEqual(await kept(page, ["", say]), []);
        await shows(page, DEFAULT);
      }, { prepare }));

      test(`${name}, by its interface, without an edge${failure}`, () => visit(undefined, [], async ({ page }) => {
        // Both are kept once the yes was heard.
        await page.waitForFunction(() => parvis.view({ item: "desk-lamp" }).then(() => document.cookie.includes("parvis-visit") && localStorage.getItem("parvis-memory")));
        await fail(page);
        assert.deepEqual(await kept(page, ["", say]), []);
        await page.waitForFunction(() => !document.body.innerHTML.includes("More light?"));
      }, { options: { edge: false }, prepare }));
    }
  }

  test("cookies of others are nobody's choice: nothing is fetched for them", () =>
    visit(() => ({}), [ALLOWED, VISIT], async ({ page, site }) => {
      await page.evaluate(async () => {
        document.cookie = "_ga=1; Path=/";
        await new Promise((done) => setTimeout(done, 500));
      });
      assert.deepEqual(site.requests.filter(({ path }) => /bin$/.test(path)), []);
    }));

  test("a change that no engine can read allows nothing", () => visit(edge(), [ALLOWED, VISIT], async ({ page }) => {
    await page.route("**/playbook.bin", (route) => route.abort());
    await page.evaluate((cookie) => (document.cookie = cookie + "; Path=/"), banner("marketing"));
    await page.evaluate(() => dispatchEvent(new Event("cc:onChange")));
    await page.waitForFunction(() => !document.cookie.includes("parvis-visit") && !document.body.innerHTML.includes("More light?"));
  }));
});
