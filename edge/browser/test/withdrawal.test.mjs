// A law of withdrawal, over random lives of a page: whatever was agreed to, denied or seen before, and whatever fails, after
// `withdraw()` nothing of ours that scripts can reach is left, and the denial stands. The engine is the real module; the browser is
// a small one in Node (`browser.mjs`), in which everything can fail. What a real one does is in `denial.test.mjs`.
//
// `PARVIS_SEED=number` plays one life again, which a failure names.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { starter } from "../js/client.js";
import { ALL, MIRROR, STORED_MEMORY, STORED_NOTE, VISIT } from "../js/names.js";
import { Browser } from "./browser.mjs";
import { banner, compiled } from "./playbook.mjs";

const dist = new URL("../dist/", import.meta.url);
const { Core, initSync } = await import(new URL("core.js", dist));
initSync({ module: new WebAssembly.Module(readFileSync(new URL("core.wasm", dist))) });
const playbook = compiled();

const LIVES = 400;
const DEFAULT = { hero: "<h1>Welcome</h1>", again: "<p>Hello</p>", recent: "<p>Nothing seen yet</p>" };
const PLACED = { hero: "<h1>More light?</h1>", again: "<p>Welcome back</p>", recent: "<ul><li>From the edge</li></ul>" };
const TIMING = "hero=hero-lamps/shown:008 recent=recent/list:008 again=again/shown:010";
const FAILURES = ["module", "trap", "playbook", "network", "page", "localStorage", "sessionStorage", "cookies"];
const PURPOSES = ["device_storage", "session_personalization", "persistent_personalization", "profile", "measurement", "sale_share"];

/** Numbers from a seed: xorshift in 32 bits. */
function numbers(seed) {
  let state = seed * 2_654_435_761 || 1;
  const next = (below) => {
    for (const shift of [13, -17, 5]) state ^= shift > 0 ? state << shift : state >>> -shift;
    return (state >>> 0) % below;
  };
  for (let at = 0; at < 8; at++) next(1);
  return { next, one: (list) => list[next(list.length)], some: (list) => list.filter(() => next(2)) };
}

/** The bits that cookies deny, and whether the visit may be used. */
function said(cookies) {
  const [granted, denied] = [1, 2].map((at) => parseInt(/parvis-consent=1\.[0-9a-f]+\.([0-9a-f]+)\.([0-9a-f]+)/.exec(cookies)?.[at] ?? "0", 16));
  return { denied, visit: (/functionality/.test(cookies) || granted & 8) && !(denied & 8) };
}

/** An edge that goes by its cookies, and deletes the hidden one of who denied. */
function edge(cookies) {
  const { denied, visit } = said(cookies);
  if (!visit) return { blocks: DEFAULT, timing: "hero again recent", gone: ["__Host-parvis"] };
  if (denied & 0x10) return { blocks: { ...PLACED, again: DEFAULT.again }, timing: TIMING.replace(/ again=.*/, " again"), gone: ["__Host-parvis"] };
  return { blocks: PLACED, timing: TIMING };
}

/** All that is left of the visitor where scripts can reach, in words; nothing is to be. */
function left(browser) {
  const { cookies, stored, fails } = browser;
  const found = [];
  if (cookies.has(VISIT) && !fails.has("cookies")) found.push(VISIT);
  if (stored.localStorage.has(STORED_MEMORY) && !fails.has("localStorage")) found.push(STORED_MEMORY);
  if (stored.sessionStorage.has(STORED_NOTE) && !fails.has("sessionStorage")) found.push(STORED_NOTE);
  const shown = browser.shows().filter((html) => html && !Object.values(DEFAULT).includes(html));
  return [...found, ...shown];
}

/** Whether the mirror denies every purpose. */
function stands({ cookies }) {
  const [, , , denied] = (cookies.get(MIRROR) ?? "1.0.0.0").split(".");
  return (parseInt(denied, 16) & ALL) === ALL;
}

/** Plays a life, and tells how much of it there was to withdraw. */
async function live(seed) {
  const { next, one, some } = numbers(seed);
  const options = { playbook: "/parvis/playbook.bin", edge: next(2) === 1, country: one(["FR", "FR", "US", "GB"]) };
  const browser = new Browser(options.edge ? edge : () => ({ blocks: DEFAULT }), playbook, Core);
  const trace = [];
  const say = (...words) => trace.push(words.join(" "));
  const start = () => starter(browser.module);
  let begin = start();
  let parvis = begin(options);
  /** What runs in this page, or was destroyed in it. */
  const running = [parvis];
  const isTold = (why) => `seed ${seed}, ${options.edge ? "edge" : "no edge"}, ${options.country}: ${why}\n  ${trace.join("\n  ")}`;
  const choose = async (...categories) => {
    say("banner", ...categories);
    if (browser.fails.has("cookies")) return;
    const [name, value] = banner(...categories).split("=");
    browser.cookies.set(name, value);
    dispatchEvent(new Event("cc:onChange"));
    await parvis.consentChanged();
  };
  /** What may happen to a page, but for a yes. */
  const happens = {
    view: () => parvis.view(one([{ item: "desk-lamp" }, { item: "oak-desk", category: "desks" }, { category: "lighting" }])),
    refuse: () => choose(),
    deny: () => parvis.choose({ deny: some(PURPOSES) }),
    fail: () => void browser.fails.add(one(FAILURES)),
    mend: () => void browser.fails.delete(one([...browser.fails])),
    load: async () => {
      if (["network", "page"].some((failure) => browser.fails.has(failure))) return;
      // What a page was about to do ends with it.
      for (const at of running) await at.consentChanged();
      for (const at of running.splice(0)) at.destroy();
      browser.load();
      running.push((parvis = (begin = start())(options)));
      return parvis.ready;
    },
    again: () => (parvis.destroy(), running.push((parvis = begin(options))), parvis.ready),
    look: () => parvis.consentChanged(),
  };
  const agrees = {
    accept: () => choose("functionality", ...some(["analytics", "marketing"])),
    grant: () => parvis.choose({ grant: some(PURPOSES), deny: [] }),
  };
  const step = async (all, name = one(Object.keys(all))) => {
    say(name);
    const done = all[name]();
    // Some things happen before others are done.
    if (next(3) || name === "load") await done;
    if (name === "fail" || name === "mend") say([...browser.fails].join());
  };
  if (next(4)) await step(agrees, "accept");
  if (options.edge && next(4)) browser.hidden.add("__Host-parvis");
  for (let steps = next(7); steps > 0; steps--) await step(next(3) ? happens : agrees);
  if (next(2)) browser.fails.clear();
  else await step(happens, "fail");
  const before = left(browser).length;

  say("withdraw");
  const done = parvis.withdraw();
  const blind = browser.fails.has("cookies");
  // A number that could not be deleted is not read, and is deleted as soon as that works.
  const stuck = browser.fails.has("sessionStorage") ? [STORED_NOTE] : [];
  assert.deepEqual(left(browser), [], isTold("left at once"));
  assert.ok(blind || stands(browser), isTold("the denial stands at once"));
  const result = await done;
  assert.deepEqual(left(browser), [], isTold("left"));
  assert.equal(result, !blind, isTold("what the promise says"));
  assert.ok(blind || stands(browser), isTold(`the denial stands: ${browser.cookies.get(MIRROR)}`));
  // In this page it holds also where no cookie can be read any more.
  browser.fails.add("cookies");
  await parvis.view({ item: "desk-lamp" });
  assert.deepEqual(left(browser).filter((what) => !stuck.includes(what)), [], isTold("came back without cookies"));
  if (!blind) {
    browser.fails.delete("cookies");
    // Nothing comes back without a yes, whatever fails or works again; but a denial that cannot be read is none.
    const { deny, ...others } = happens;
    for (let steps = next(5); steps > 0; steps--) {
      await step({ ...others, fail: () => void browser.fails.add(one(FAILURES.slice(0, -1))) });
      if (next(2)) await parvis.ready;
    }
    await parvis.view({ item: "desk-lamp" });
    const back = () => left(browser).filter((what) => !stuck.includes(what));
    assert.deepEqual(back(), [], isTold("came back"));
    browser.fails.clear();
    await step(happens, "load");
    await parvis.view({ item: "desk-lamp" });
    assert.deepEqual(left(browser), [], isTold("came back when everything works"));
    assert.ok(stands(browser), isTold(`the denial was lost: ${browser.cookies.get(MIRROR)}`));
    assert.ok(!options.edge || !browser.hidden.has("__Host-parvis"), isTold("the hidden cookie"));
  }
  parvis.destroy();
  return { before, failed: browser.errors.length > 0 };
}

test("after `withdraw()` nothing of ours is left that scripts can reach, whatever fails", async (context) => {
  const seeds = process.env.PARVIS_SEED ? [Number(process.env.PARVIS_SEED)] : Array.from({ length: LIVES }, (_, at) => at + 1);
  const counts = { personal: 0, failed: 0 };
  for (const seed of seeds) {
    const { before, failed } = await live(seed);
    counts.personal += before > 0;
    counts.failed += failed;
  }
  context.diagnostic(`${counts.personal} of ${seeds.length} had something to withdraw, in ${counts.failed} something failed`);
  assert.ok(seeds.length < LIVES || (counts.personal > LIVES / 4 && counts.failed > LIVES / 5), JSON.stringify(counts));
});
