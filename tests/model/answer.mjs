/**
 * Asks the naive model of what a playbook decides, to which the engine is held: JSON in, JSON out, no code shared.
 *
 * The model follows the documents (src/docs, the playbook guide, the doc comments of the draft) and knows one banner,
 * tarteaucitron, with a service for each purpose, and one host: the edge, with a browser behind it that tells what
 * happens there. Every line that is read here is `{"playbook", "requests"}`, every line that is written the list of
 * answers to one visitor who asks them in turn; `tests/agree` compares them with the engine's.
 *
 * Or it is `{"banners"}`, a list of `{"described", "cookies"}`: what a playbook's `consent.banners` describes, and what a
 * visitor stored. Written is what that grants and denies; `tests/described` compares it with the engine.
 *
 * Or it is `{"case", "playbook", "told"}`, a case of `fixtures/cases` with the answers that are to be compared; what is
 * written is then the list of answers that the model would give, or `{"error"}`.
 *
 * With `PARVIS_MODEL_WRONG` the model answers wrongly where it would give the reason that this names: so tests see what
 * a disagreement looks like.
 */

import { createInterface } from "node:readline";
import { expanded } from "../cases/presets.mjs";
import { play } from "./golden/answer.mjs";
import { encode, seal } from "./golden/memory.mjs";
import { decide } from "./model/decide.mjs";
import { described } from "./model/described.mjs";
import { prepare } from "./model/playbook.mjs";
import { hexByte } from "./model/visitor.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  const said = JSON.stringify(question.case ? golden(question) : question.banners ? tell(question) : agree(question));
  const wrong = process.env.PARVIS_MODEL_WRONG;
  process.stdout.write(`${wrong ? said.replaceAll(`"${wrong}"`, '"wrong"') : said}\n`);
}

/** What the stored values of visitors say, each by the banners that were described with them. */
function tell({ banners }) {
  return banners.map(({ described: banner, cookies }) => described(banner, cookies));
}

/** What one visitor gets for requests in turn. */
function agree({ playbook, requests }) {
  const [prepared, visitor, open] = [prepare(playbook), { visit: null, memory: null }, []];
  return requests.map((request) => (request.tab === undefined ? ask : report)(prepared, request, visitor, open));
}

/** The cookie of a visitor's memory, byte for byte: key and nonce are those of `tests/agree`. */
function sealed(memory, { site }) {
  return seal(encode(memory), site.host, Buffer.alloc(24, 7), Buffer.alloc(32, 0x5a));
}

/** What must come back for the steps of a case. */
function golden({ case: steps, playbook, told }) {
  try {
    return play(expanded(steps), playbook, told);
  } catch (error) {
    return { error: error.stack ?? JSON.stringify(error) };
  }
}

/** What the edge answers, and what the browser makes of what happens on that page, which stays open. */
function ask(prepared, request, visitor, open) {
  if (request.closed) visitor.visit = null;
  if (request.cookie !== null) visitor.visit = request.cookie;
  request.address = address(request);
  const { again: ____, touched: _, turns: __, wasOver: ___, memory, ...answer } = decide(prepared, { ...request, events: [], traced: true }, visitor);
  if (request.tells) answer.memory = structuredClone(memory);
  const seconds = answer.cookies?.memory;
  if (seconds !== undefined && seconds !== null) answer.cookies.memory = [seconds, sealed(memory, prepared)];
  if (answer.aside) return answer;
  answer.decisions = answer.decisions.map(bare);
  const page = { request, shown: answer.decisions };
  open.push(page);
  if (request.events.length === 0) return answer;
  const now = request.now === null ? null : request.now + request.stays * 60_000;
  return { ...answer, browser: happen(prepared, page, { now }, visitor) };
}

/** What the browser makes of what happens on a page that was opened before others. */
function report(prepared, { tab, now, consent, events }, visitor, open) {
  return { browser: happen(prepared, open[tab], { now, consent, events }, visitor) };
}

/** What the browser decides when something happens on an open page, which shows it from then on. */
function happen(prepared, page, change, visitor) {
  const { request } = page;
  const shown = page.shown.filter(({ campaign }) => campaign);
  // Scripts do not see a cookie that is hidden from them.
  const profile = request.hidden ? null : request.profile;
  const { decisions, visit } = decide(prepared, { ...request, ...change, shown, profile, entropy: null }, visitor);
  page.shown = decisions.map(bare);
  return { decisions: page.shown, visit };
}

/** A decision without what only the page needs. */
function bare({ arms: _, ...decision }) {
  return decision;
}

/** Path and query as a form sends them. */
function address({ path, query }) {
  const plain = (one) => (/[\w.-]/.test(String.fromCharCode(one)) ? String.fromCharCode(one) : `%${hexByte(one)}`);
  const byte = (one) => (one === 32 ? "+" : plain(one));
  const encoded = (text) => Array.from(Buffer.from(text), byte).join("");
  const pairs = query.map(([name, value]) => (value === null ? name : `${name}=${encoded(value)}`));
  return [path, ...(pairs.length > 0 ? [pairs.join("&")] : [])].join("?");
}
