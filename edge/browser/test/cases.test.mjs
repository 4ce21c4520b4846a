// The shared cases of fixtures/cases that apply to a browser: the module answers what the engine answers natively.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { decode, encode } from "../js/wire.js";
import { compiled } from "./playbook.mjs";

const fixtures = new URL("../../../fixtures/", import.meta.url);
const dist = new URL("../dist/", import.meta.url);
const { Core, initSync } = await import(new URL("core.js", dist));
initSync({ module: new WebAssembly.Module(readFileSync(new URL("core.wasm", dist))) });

const json = (url) => JSON.parse(readFileSync(url, "utf8"));
const cases = readdirSync(new URL("cases/", fixtures))
  .sort()
  .map((file) => ({ file, ...json(new URL(`cases/${file}`, fixtures)) }))
  .filter(({ hosts = [] }) => hosts.includes("browser"));

const cores = new Map();
function core(playbook) {
  if (!cores.has(playbook)) {
    cores.set(playbook, new Core(compiled(readFileSync(new URL(`playbooks/valid/${playbook}.json`, fixtures)))));
  }
  return cores.get(playbook);
}

/** What a step asks, in the form of the module's question. */
function question({ headers = {}, cookies = {}, geo = {}, browser = {} }) {
  const pairs = Object.entries(cookies).flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`));
  const viewed = (browser.viewed ?? []).map((item) => ({ view: { item } }));
  const searched = (browser.searched ?? []).map((search) => ({ view: { search } }));
  const cart = browser.cart && { cart: Object.entries(browser.cart).map(([item, quantity]) => ({ item, quantity })) };
  const bought = browser.bought ? [{ bought: browser.bought }] : [];
  const dismissed = (browser.dismissed ?? []).map((campaign) => ({ dismiss: campaign }));
  const declared = browser.declared ? [{ declare: browser.declared }] : [];
  const preferred = Object.entries(browser.preferred ?? {}).map((prefer) => ({ prefer }));
  return {
    cookies: pairs.join("; "),
    country: [geo.country, geo.subdivision].filter(Boolean).join("-"),
    gpc: browser.global_privacy_control ?? false,
    came: [headers["accept-language"], headers.referer],
    link: [headers["save-data"], headers.ect],
    edge: browser.behind_edge ?? false,
    arrives: browser.arrives ?? false,
    memory: browser.memory,
    storage: Object.entries(browser.local_storage ?? {}),
    events: [...viewed, ...searched, ...dismissed, ...bought, ...declared, ...preferred, ...(cart ? [cart] : [])],
  };
}

const kept = (text) => (text.startsWith("=") ? text.slice(1) : null);
const shows = (content) => {
  if (content[0] === "/") return content.slice(1).split(/[/ ]/);
  if (content[0] === "*") {
    // `<i data-part="name">text</i>` or `<i data-part="name" attribute="value"></i>`
    const changes = [...content.matchAll(/<i data-part="([^"]*)"(?:( ([^=]*)="[^"]*")>|>([^<]*))<\/i>/g)];
    return Object.fromEntries(changes.map(([, part, set, name, text]) => (set ? [`${part}@${name}`, set] : [part, text])));
  }
  return content === "" ? null : content === "-" ? "" : content.slice(1);
};

function answer({ visit, memory, allowed, decisions }) {
  const blocks = decisions.map(({ block, campaign, variant, reason, content }) => [block, { campaign, variant, reason, shows: shows(content) }]);
  return { blocks: Object.fromEntries(blocks), visit: kept(visit), memory: kept(memory), allowed };
}

test("there are cases of the browser", () => assert.ok(cases.length >= 70, `${cases.length}`));

for (const { file, what, playbook, steps } of cases) {
  test(`${file}: ${what}`, (context) => {
    for (const { request, expect } of steps) {
      context.mock.timers.enable({ apis: ["Date"], now: Date.parse(request.now) });
      const { pathname, search } = new URL(request.url);
      const window = { location: { pathname, search }, navigator: { userAgent: request.headers["user-agent"] ?? "" } };
      const entropy = Uint8Array.from(request.entropy.match(/../g), (digits) => parseInt(digits, 16));
      const got = answer(decode(core(playbook).decide(window, encode(question(request)), entropy)));
      context.mock.timers.reset();
      // A case that edges play too says what is decided; what is kept is another in a browser without an edge.
      const told = Object.fromEntries(Object.keys(expect.browser).map((member) => [member, got[member]]));
      assert.deepEqual(told, expect.browser);
    }
  });
}
