// `cargo xtask bench decide`: the browser module beside three engines that answer the same conditions, when told to.
//
// The first line of standard input says where the module and the playbooks are, and who comes; it is answered with the names
// of the contenders and what was left out, once all have decided alike and have run long enough to be compiled. Every
// further line asks for a round and is answered with the nanoseconds of one decision of each.
//
// Ours reads consent and cookies, assigns a variant and renders it; the others are handed the visitor's attributes as a
// finished object and only say which campaign wins. What they need once (features, expressions as text) is made before.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

import initZen, { Variable } from "@gorules/zen-engine-wasm";
import { GrowthBook, evalCondition } from "@growthbook/growthbook";
import jsonLogic from "json-logic-js";

const WARM_MS = 300;
const LEAST_MS = 4;

const OPERATORS = { $ne: "!==", $lt: "<", $lte: "<=", $gt: ">", $gte: ">=" };
const texts = (list) => `[${list.map((text) => JSON.stringify(text)).join(", ")}]`;
const zenName = (name) => name.replace(".", "_");

/** The tests of one signal, each made by `make(operator, operand)`. */
const tests = (value, make) =>
  typeof value === "object" ? Object.entries(value).map(([operator, operand]) => make(operator, operand)) : [make("$eq", value)];

/** A condition in JsonLogic. */
function logic(condition) {
  const parts = Object.entries(condition).flatMap(([key, value]) => {
    if (key === "$and") return [{ and: value.map(logic) }];
    if (key === "$or") return [{ or: value.map(logic) }];
    if (key === "$nor") return [{ "!": [{ or: value.map(logic) }] }];
    if (key === "$not") return [{ "!": [logic(value)] }];
    const signal = { var: key };
    return tests(value, (operator, operand) => {
      if (operator === "$eq") return { "===": [signal, operand] };
      if (operator === "$in") return { in: [signal, operand] };
      if (operator === "$nin") return { "!": [{ in: [signal, operand] }] };
      if (operator === "$elemMatch") return { some: [signal, { in: [{ var: "" }, operand.$in] }] };
      return { [OPERATORS[operator]]: [signal, operand] };
    });
  });
  return parts.length === 1 ? parts[0] : { and: parts };
}

/** A condition in ZEN's expressions. */
function zen(condition) {
  const parts = Object.entries(condition).flatMap(([key, value]) => {
    if (key === "$and") return [`(${value.map(zen).join(" and ")})`];
    if (key === "$or") return [`(${value.map(zen).join(" or ")})`];
    if (key === "$nor") return [`not (${value.map(zen).join(" or ")})`];
    if (key === "$not") return [`not (${zen(value)})`];
    const name = zenName(key);
    return tests(value, (operator, operand) => {
      if (operator === "$eq") return `${name} == ${JSON.stringify(operand)}`;
      if (operator === "$in") return `${name} in ${texts(operand)}`;
      if (operator === "$nin") return `${name} not in ${texts(operand)}`;
      if (operator === "$elemMatch") return `some(${name}, # in ${texts(operand.$in)})`;
      return `${name} ${OPERATORS[operator].replace("!==", "!=")} ${JSON.stringify(operand)}`;
    });
  });
  return `(${parts.join(" and ")})`;
}

/** What the engine reads from the request, as attributes. */
function attributesOf({ country, language, device, referrer, utm, items, last_category, cart_count }) {
  const [campaign, source, medium] = utm ?? [null, null, null];
  const flat = {
    country, language, device, referrer, weekday: "saturday", hour: 20, campaign,
    "campaign.source": source, "campaign.medium": medium, "page.kind": "home",
    "visit.items": items, "visit.last_category": last_category, "visit.cart_count": cart_count,
  };
  return flat;
}

/** `campaign` is a text and has parts, which no nested object can: the others get the parts under names of their own. */
const rename = (name) => (name.startsWith("campaign.") ? name.replace(".", "_") : name);
const renamed = (condition) =>
  Array.isArray(condition)
    ? condition.map(renamed)
    : typeof condition === "object" && condition !== null
      ? Object.fromEntries(Object.entries(condition).map(([key, value]) => [rename(key), renamed(value)]))
      : condition;
function nested(flat) {
  const all = {};
  for (const [name, value] of Object.entries(flat)) {
    const parts = rename(name).split(".");
    if (parts.length > 1) (all[parts[0]] ??= {})[parts[1]] = value;
    else all[parts[0]] = value;
  }
  return all;
}

/** The campaigns of each block, highest priority first. */
function blocksOf(playbook) {
  const blocks = Object.keys(playbook.blocks).map((id) => ({ id, campaigns: [] }));
  for (const campaign of playbook.campaigns) blocks.find(({ id }) => id === campaign.block).campaigns.push(campaign);
  for (const block of blocks) block.campaigns.sort((one, other) => other.priority - one.priority);
  return blocks;
}

/** A contender that tries the campaigns of each block in turn. */
function inTurn(blocks, test) {
  return () =>
    blocks.map(({ campaigns }) => {
      for (const campaign of campaigns) if (test(campaign)) return campaign.id;
      return "";
    });
}

async function start({ dist, client, workloads }) {
  const { Core, initSync } = await import(pathToFileURL(`${dist}/core.js`).href);
  const { decode, encode } = await import(pathToFileURL(client).href);
  initSync({ module: new WebAssembly.Module(readFileSync(`${dist}/core.wasm`)) });
  const zenFile = new URL("dist/zen_engine_wasm_bg.wasm", import.meta.resolve("@gorules/zen-engine-wasm"));
  await initZen({ module_or_path: readFileSync(zenFile) });

  return workloads.map(({ compiled, playbook, visitors, now }) => {
    const core = new Core(readFileSync(compiled));
    const blocks = blocksOf(playbook);
    for (const { campaigns } of blocks) {
      for (const campaign of campaigns) {
        campaign.growthbook = renamed(campaign.when);
        campaign.logic = logic(campaign.growthbook);
      }
    }
    const rules = ({ campaigns }) => campaigns.map(({ id, growthbook }) => ({ id, condition: growthbook, force: id }));
    const features = Object.fromEntries(blocks.map((block) => [block.id, { defaultValue: "", rules: rules(block) }]));
    const chain = ({ campaigns }) => campaigns.reduceRight((rest, { id, when }) => `${zen(when)} ? "${id}" : (${rest})`, '""');
    const expression = `[${blocks.map(chain).join(", ")}]`;
    return visitors.map(({ visitor, request }) => {
      const { pathname, search } = new URL(request.url);
      const window = { location: { pathname, search }, navigator: { userAgent: request.headers["user-agent"] } };
      const entropy = new Uint8Array(32).fill(7);
      const cookies = Object.entries(request.cookies).map((pair) => pair.join("="));
      const question = {
        cookies: cookies.join("; "), country: visitor.country, gpc: false, edge: false,
        locale: [request.headers["accept-language"], request.headers.referer],
      };
      const ask = () => decode(core.decide(window, encode(question), entropy));
      // A visitor who comes back: the browser kept what the first answer told it to keep.
      Date.now = () => Date.parse(now);
      const first = ask();
      if (first.memory.startsWith("=")) question.memory = first.memory.slice(1);
      if (first.visit.startsWith("=")) question.cookies = `${cookies[0]}; parvis-visit=${first.visit.slice(1)}`;
      const attributes = nested(attributesOf(visitor));
      const book = new GrowthBook({ attributes, features });
      const flat = Object.fromEntries(Object.entries(attributesOf(visitor)).map(([name, value]) => [zenName(name), value]));
      return [
        ["parvis browser module, the whole decision", () => ask().decisions.map(({ campaign }) => campaign)],
        ["GrowthBook evalCondition", inTurn(blocks, ({ growthbook }) => evalCondition(attributes, growthbook))],
        ["GrowthBook SDK, features with rules", () => blocks.map(({ id }) => book.evalFeature(id).value)],
        ["json-logic-js", inTurn(blocks, ({ logic: rule }) => jsonLogic.apply(rule, attributes))],
        ["@gorules/zen-engine-wasm, one expression", () => new Variable(flat).evaluateExpression(expression)],
      ];
    });
  });
}

/** Nanoseconds of one call, over all visitors of a workload. */
function time(calls, least) {
  const started = performance.now();
  let passes = 0;
  let elapsed = 0;
  do {
    for (const call of calls) call();
    passes += calls.length;
    elapsed = performance.now() - started;
  } while (elapsed < least);
  return (elapsed * 1e6) / passes;
}

let workloads;
let turn = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (workloads) {
    const times = workloads.map((contenders) => {
      const order = contenders.map((_, at) => (at + turn) % contenders.length);
      const took = [];
      for (const which of order) took[which] = time(contenders[which].calls, LEAST_MS);
      return took;
    });
    turn += 1;
    process.stdout.write(`${JSON.stringify(times.flat())}\n`);
    continue;
  }
  const started = await start(JSON.parse(line));
  let applied = 0;
  workloads = started.map((visitors) => {
    for (const contenders of visitors) {
      const winners = contenders.map(([name, call]) => [name, JSON.stringify(call())]);
      applied += contenders[0][1]().filter(Boolean).length;
      for (const [name, got] of winners) {
        if (got !== winners[0][1]) throw new Error(`${name} says ${got}, ours ${winners[0][1]}`);
      }
    }
    return visitors[0].map(([name], which) => ({ name, calls: visitors.map((contenders) => contenders[which][1]) }));
  });
  for (const contenders of workloads) for (const { calls } of contenders) time(calls, WARM_MS);
  const names = workloads.map((contenders) => contenders.map(({ name }) => name));
  process.stdout.write(`${JSON.stringify({ names, applied })}\n`);
}
