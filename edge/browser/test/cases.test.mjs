// The shared cases of fixtures/cases that apply to a browser: the module answers what the engine answers natively.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { expanded } from "../../../tests/cases/presets.mjs";
import { decode, encode } from "../js/wire.js";
import { compiled } from "./playbook.mjs";

const fixtures = new URL("../../../fixtures/", import.meta.url);
const dist = new URL("../dist/", import.meta.url);
const { Core, initSync } = await import(new URL("core.js", dist));
initSync({ module: new WebAssembly.Module(readFileSync(new URL("core.wasm", dist))) });

const json = (file) => JSON.parse(readFileSync(file, "utf8"));
/** Where the cases are; tests of this file name another folder. */
const elsewhere = process.env.PARVIS_CASES;
const folder = elsewhere ?? fileURLToPath(new URL("cases/", fixtures));
const cases = readdirSync(folder, { recursive: true })
  .filter((file) => /^[^/]+\/[^/]+\.json$/.test(file))
  .sort()
  .map((file) => ({ name: file.slice(0, -".json".length), ...json(join(folder, file)) }))
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
  // In the order in which the runner in Rust sends them.
  const sorted = Object.entries(cookies).sort(([one], [other]) => (one < other ? -1 : 1));
  const pairs = sorted.flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`));
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
    locale: [headers["accept-language"], headers.referer],
    network: [headers["save-data"], headers.ect],
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
  return { blocks: Object.fromEntries(blocks), visit: kept(visit), memory: kept(memory.replace(/; Max-Age=\d+$/, "")), allowed };
}

test("the table of counts says how many cases there are", () => {
  const table = readFileSync(elsewhere ? join(folder, "counts.txt") : new URL("../../../tests/cases/counts.txt", import.meta.url), "utf8");
  const steps = cases.reduce((sum, { steps }) => sum + steps.length, 0);
  assert.equal(table.split("\n").find((line) => line.startsWith("browser ")), `browser ${cases.length} cases ${steps} steps`);
});

/** The command that plays a case again, from the root of the repository. */
const replay = (name) =>
  `${elsewhere ? `PARVIS_CASES=${elsewhere} ` : ""}node --test --test-reporter=tap --test-name-pattern='^${name}: ' edge/browser/test/cases.test.mjs`;

/** Plays a case; what comes back is compared whole, and a failure tells how to replay it. */
function play({ name, hosts, playbook, steps }, timers) {
  const alone = !hosts.includes("edge");
  for (const [index, { request, expect }] of expanded({ steps }).steps.entries()) {
    timers.enable({ apis: ["Date"], now: Date.parse(request.now) });
    const { pathname, search } = new URL(request.url);
    const window = { location: { pathname, search }, navigator: { userAgent: request.headers?.["user-agent"] ?? "" } };
    const entropy = Uint8Array.from(request.entropy.match(/../g), (digits) => parseInt(digits, 16));
    const got = answer(decode(core(playbook).decide(window, encode(question(request)), entropy)));
    timers.reset();
    try {
      // Of a case that edges play too, the browser knows its own part alone.
      assert.deepEqual({ browser: got }, alone ? expect : { browser: expect.browser });
    } catch (error) {
      error.message = `step ${index + 1}: ${error.message}\nreplay: ${replay(name)}`;
      throw error;
    }
  }
}

for (const story of cases) {
  test(`${story.name}: ${story.what}`, (context) => play(story, context.mock.timers));
}

test("a real value that is replaced by null fails, and the printed command fails in the same way", { skip: elsewhere !== undefined }, (context) => {
  const planted = mkdtempSync(join(tmpdir(), "parvis-cases-"));
  context.after(() => rmSync(planted, { recursive: true }));
  const [{ name }] = cases;
  const file = json(join(folder, `${name}.json`));
  const [block] = Object.values(file.steps[0].expect.browser.blocks);
  block.reason = null;
  mkdirSync(join(planted, dirname(name)));
  writeFileSync(join(planted, `${name}.json`), JSON.stringify(file));
  const failure = (() => {
    try {
      play({ name, ...file }, context.mock.timers);
    } catch (error) {
      return error.message;
    }
    return "";
  })();
  const command = failure.split("\nreplay: ")[1];
  assert.ok(command, "the planted fault was not found");
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const env = { ...process.env, PARVIS_CASES: planted };
  // A test runner does not start another one inside of itself.
  delete env.NODE_TEST_CONTEXT;
  const { status, stdout } = spawnSync("sh", ["-c", command], { cwd: root, env, encoding: "utf8" });
  assert.notEqual(status, 0, stdout);
  assert.match(stdout, new RegExp(`not ok \\d+ - ${name}: `));
  assert.ok(stdout.includes(`step 1: `) && stdout.includes("# fail 1"), stdout);
});
