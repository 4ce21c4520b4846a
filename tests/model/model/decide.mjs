/** One request: what is read of the visitor, what happens, what is decided, and what is kept. */

import { decideBlock, isShown, subjects, thing } from "./campaign.mjs";
import { DAY, MINUTE, dateNumber, local } from "./clock.mjs";
import { hides } from "./playbook.mjs";
import { attempt } from "./refusal.mjs";
import { cart, impersonal, lastAdded, pace, parameter } from "./signal.mjs";
import * as kept from "./visitor.mjs";

/**
 * Decides one request of `visitor` and changes the visitor as the answer's cookies would.
 *
 * The request: `path`, `address` (path and query as sent), `query` (pairs of name and value, decoded; null where there is none), `country`,
 * `subdivision`, `place` (degrees), `device`, `language` and `referrer` (what headers mean), `now` (milliseconds),
 * `profile` (the cookie of the site's login, or null), `consent` (for visit, memory, experiments and profile, or null),
 * `entropy` (its last 8 bytes in hex), `forced` (variants by their campaigns), `method`, in the browser behind the edge
 * what is `shown`, whether a page is fetched `ahead` of being seen, in one without an edge whether the page `arrives`, and the `events`, of which the edge has none. Of
 * a host without keys `keeps` says that it cannot write memory, of a browser of its own that it can.
 */
export function decide(playbook, request, visitor) {
  const page = pageOf(playbook, request.path);
  if (!page) return { aside: "path" };
  const moment = open(playbook, request, page, visitor);
  const came = JSON.stringify(moment.memory);
  if (!playbook.says(SEARCHES)) moment.visit.q = [];
  followVisit(moment, visitor.visit !== null);
  moment.reloads = moment.arrives && isSeen(request) && isSameView(moment);
  assignUnit(moment);
  if (moment.keeps) remember(moment);
  // What a campaign is about when it is waved away, before anything else happens.
  const waved = request.events.filter(([kind]) => kind === "dismissed").flatMap(([, id]) => wavedAway(moment, id));
  request.events.forEach(([kind, ...what]) => EVENTS[kind](moment, ...what));
  waved.forEach((past) => wait(moment, past));
  if (moment.keeps) leaveCart(moment);
  const blocks = Object.keys(playbook.blocks).filter((id) => playbook.blocks[id].pages.includes(page.kind));
  // What leaves out what other blocks show is decided behind them.
  const order = [...blocks].sort((a, b) => playbook.follows(a) - playbook.follows(b));
  const decided = Object.fromEntries(order.map((id) => [id, decideBlock(moment, id)]));
  const decisions = blocks.map((id) => decided[id]);
  const again = isSeen(request) ? record(moment, decisions) : [];
  const cookies = keep(moment, visitor, came);
  const [{ touched, turns, wasOver }, memory] = [moment, playbook.needs.memory ? moment.memory : null];
  const trace = { touched, turns, wasOver, memory };
  return { page: page.kind, decisions, again, cookies, visit: visitor.visit, ...(request.traced && trace) };
}

/** Whether a person sees the page: not the head of one, and none that is fetched ahead. */
const isSeen = ({ method = "GET", ahead = false }) => method === "GET" && !ahead;

/** Whether the page is the one that the visit saw last, less than 10 seconds of the clock ago: it is reloaded. */
function isSameView({ visit, now, request }) {
  const [page, second] = (visit.v[0] ?? "").split("*");
  const passed = Math.floor(now / 1000) - Number(second);
  return now !== null && page === kept.short(request.address) && passed >= 0 && passed < 10;
}

/** The page that a path is of, with what its pattern captures. */
export function pageOf({ pages, catalog }, path) {
  const fits = (page) => path.match(new RegExp(`^${page.path.replace(/\{(\w+)\}/, "(?<$1>[^/]+)")}$`));
  const page = pages.find(fits);
  const { item = null, category = catalog.items[item]?.category ?? null } = (page && fits(page).groups) ?? {};
  return page && { ...page, item, category };
}

/** Reads what the visitor allows to be read. */
function open(playbook, request, page, visitor) {
  const [now, inBrowser] = [request.now, request.shown !== undefined];
  // Unanswered, all is allowed where the law asks for opt-out alone.
  const [visit, memory, experiments, profile] = request.consent ?? Array(4).fill(request.country === "US");
  const sensitive = request.agrees ?? (request.consent !== null && profile);
  const readsMemory = memory && now !== null && !inBrowser;
  const usable = readsMemory && visitor.memory && !kept.unusable(visitor.memory, now, playbook.memory.life_days);
  return {
    ...{ playbook, request, page, now, inBrowser, readsMemory },
    ...{ allowed: { visit, memory, experiments, profile, sensitive } },
    visit: known(playbook, kept.readVisit(visit ? visitor.visit : null), sensitive),
    memory: usable ? structuredClone(visitor.memory) : null,
    // Memory can be written too where there is entropy for its seal.
    ...{ keeps: readsMemory && (request.keeps ?? request.entropy !== null), arrives: request.arrives ?? !inBrowser },
    ...{ turns: [], touched: new Set(), shown: request.shown ?? [], others: [], distance: null },
    ...{ clock: now === null ? null : local(now, playbook.site), kept: [] },
  };
}

/** The visit without what is sensitive, unless the visitor agrees to that. */
function known(playbook, visit, agrees) {
  const stays = (id) => agrees || !hides(playbook, id, id);
  return { ...visit, i: visit.i.filter(stays), c: visit.c.filter(stays) };
}

/**
 * Ends the visit that is over: after some minutes in which nothing happened or, where the playbook says so, with another
 * campaign. Counts the one that begins: where none goes on, and visitor memory heard of nothing for as long.
 */
function followVisit(moment, isKnown) {
  const { playbook: { site, says }, request, now, inBrowser, arrives, allowed } = moment;
  const memory = moment.readsMemory ? (moment.memory ??= kept.newMemory(now)) : null;
  const needsDay = says(/visitor\.days_since_visit/);
  if (memory && !needsDay) memory.dayBefore = null;
  if (now === null) return;
  const [minute, limit] = [Math.floor(now / MINUTE), site.visit_minutes ?? 30];
  // What a visitor declares is for visitor memory alone.
  const mayKnow = ([kind]) => allowed.memory || !["declared", "preferred"].includes(kind);
  const isActive = isSeen(request) && (arrives || (allowed.visit && request.events.some(mayKnow)));
  const last = kept.activity(moment.visit);
  const param = site.visit_by_campaign && arrives ? impersonal(parameter(request, "utm_campaign")) : null;
  const campaign = param && kept.code(param) !== kept.NOTHING ? kept.code(param) : null;
  const isAnother = allowed.visit && isKnown && campaign !== null && campaign !== last.campaign;
  moment.wasOver = last.minute > 0 && minute - last.minute >= limit;
  const ends = moment.wasOver || isAnother;
  const goesOn = allowed.visit && isKnown && !ends && !last.begun;
  if (ends) endVisit(moment);
  if (isActive && allowed.visit && minute > 0) {
    // In front of a page the edge's clock counts.
    const then = inBrowser ? Math.max(minute, last.minute) : minute;
    const next = { minute: then, begun: inBrowser && !goesOn, campaign: campaign ?? last.campaign };
    moment.visit.l = kept.writeActivity(next);
    kept.fit(moment.visit);
  }
  if (!memory || !isActive) return;
  const isIdle = minute - memory.lastMinute >= limit;
  if (!((arrives && (memory.visits === 0 || isAnother)) || (!goesOn && isIdle))) memory.lastMinute = minute;
  else {
    const dayBefore = memory.visits > 0 && needsDay ? Math.floor(memory.lastMinute / 1440) : null;
    Object.assign(memory, { visits: memory.visits + 1, lastMinute: minute, dayBefore });
  }
}

/** Forgets what was of this visit alone; a page that stays open keeps its cart, and what memory has too stays. */
function endVisit(moment) {
  const { visit, arrives, allowed, keeps } = moment;
  if (arrives && keeps) leaveCart(moment);
  const gone = ["i", "c", "x", "n", "q", "v", ...(arrives ? ["k", "t"] : []), ...(allowed.memory ? [] : ["u", "g"])];
  for (const letter of gone) visit[letter] = [];
}

/** The bucketing unit, with the variants kept of it: memory's, else the visit's, else a new one if it can be kept. */
function assignUnit(moment) {
  const { visit, memory, allowed, playbook } = moment;
  const known = memory?.unit ?? visit.u[0] ?? null;
  const all = [...(memory?.kept ?? []), ...visit.g.splice(0).map((text) => ({ text, share: 0 }))];
  // A date or a preference that may not be remembered does not wait either.
  if (!allowed.memory) Object.assign(visit, { o: [], r: [], s: [] });
  // The edge may remember a unit that the visit has no copy of; another one would contradict it.
  const hidden = moment.inBrowser && allowed.experiments && allowed.memory && known === null;
  const value = allowed.visit || memory ? (known ?? moment.request.entropy) : null;
  const assigns = allowed.experiments && playbook.needs.unit && !hidden && value !== null;
  moment.unit = assigns ? { value } : { reason: hidden ? "edge-only" : "no-bucketing-id" };
  if (assigns || !allowed.experiments) visit.u = assigns ? [value] : [];
  kept.fit(visit);
  if (memory) Object.assign(memory, { unit: assigns ? value : null, kept: [] });
  const sticky = playbook.campaigns.map(({ id, experiment }) => assigns && experiment?.sticky && kept.code(id));
  const isFirst = ({ text }, at) => all.findIndex((other) => other.text.startsWith(text.slice(0, 8))) === at;
  moment.kept = all.filter((one, at) => sticky.includes(one.text.slice(0, 8)) && isFirst(one, at));
}

/** Drops what nothing needs any more, and remembers what a browser could not. */
function remember(moment) {
  const { playbook, memory, visit, now } = moment;
  const caps = playbook.campaigns.flatMap(({ id, caps }) => caps.map((cap) => ({ ...cap, id })));
  const needed = ([name]) => caps.some((cap) => cap.memory && cap.name === name && kept.timesOf(cap, moment) > 0);
  memory.counters = Object.fromEntries(Object.entries(memory.counters).filter(needed));
  const waits = (waved) => caps.filter((cap) => cap.waved && cap.memory && kept.code(cap.id) === waved);
  visit.d.splice(0).flatMap(waits).forEach((cap) => kept.count(cap, moment));
  const hours = (past) => playbook.needs.past[past[0]] * 24;
  memory.past = memory.past.filter((past) => kept.hoursSince(past, memory, now) < hours(past));
  let room = playbook.memory.purchases;
  memory.past = memory.past.filter((past) => past[0] !== "1" || room-- > 0);
  visit.p.splice(0).reverse().forEach((past) => happens(moment, past));
  const values = visit.s.splice(0);
  const isToldAnew = (entry) => visit.o.some((date) => date.slice(0, 8) === entry.slice(0, 8));
  memory.s = memory.s.filter((entry) => !isToldAnew(entry));
  for (const [letter, isKept] of Object.entries(playbook.isKept)) {
    const [all, told] = [memory[letter], visit[letter].splice(0).filter(isKept)];
    told.forEach((entry) => all.includes(entry) || kept.putNamed(all, entry));
    memory[letter] = all.filter((entry) => isKept(entry) && !entry.endsWith("*0"));
  }
  values.forEach((entry) => kept.putValue(memory.s, entry));
  const hasDate = (entry) => memory.o.some((date) => date.slice(0, 8) === entry.slice(0, 8));
  memory.s = memory.s.filter((entry) => playbook.isShown(entry) && hasDate(entry));
}

/** The cart that is left, while a campaign shows it: its 4 items added last. */
function leaveCart({ visit, memory, playbook }) {
  const items = new Set([lastAdded(visit), ...cart(visit).map((line) => line.item).reverse()]);
  const hour = () => Math.floor(parseInt(visit.t[0], 10) / 60);
  const shown = [...items].filter((item) => !hides(playbook, item)).slice(0, 4);
  const left = () => ({ hour: hour(), items: shown.map(kept.code) });
  if (visit.t.length > 0) memory.left = visit.k.length > 0 && shown.length > 0 ? left() : null;
  if (!playbook.says(/visitor\.cart/)) memory.left = null;
}

/** What a campaign says that asks for searches. */
const SEARCHES = /visit\.(searches|last_search)/;

/** What happens in the browser changes the visit, where what memory is to know of it waits for the edge. */
const EVENTS = {
  viewed: (moment, item, category) => see(moment, item, category || moment.playbook.catalog.items[item]?.category),
  searched({ visit, playbook }, text) {
    const entry = playbook.says(SEARCHES) ? kept.searchEntry(text) : null;
    if (entry !== null) kept.putFirst(visit.q, entry, 3);
    kept.fit(visit);
  },
  dismissed(moment, id) {
    const caps = moment.playbook.campaigns.find((one) => one.id === id)?.caps ?? [];
    const waved = caps.filter((cap) => cap.waved);
    waved.forEach((cap) => kept.count(cap, moment));
    const mayWait = moment.inBrowser && moment.allowed.memory && moment.visit.d.length < 8;
    if (mayWait && waved.some((cap) => cap.memory)) moment.visit.d.push(kept.code(id));
    kept.fit(moment.visit);
  },
  declared(moment, name, text, values = {}) {
    const { playbook, visit, memory, allowed, keeps, inBrowser } = moment;
    const number = dateNumber(text, playbook.dates[name]?.yearly);
    const entry = `${kept.code(name)}*${number}`;
    if (number === null || !playbook.isKept.o(entry)) return;
    // The values of a date are those that came with it.
    const waits = inBrowser && allowed.visit && allowed.memory;
    for (const one of [waits && visit, keeps && memory].filter(Boolean)) {
      one.s = one.s.filter((old) => old.slice(0, 8) !== entry.slice(0, 8));
    }
    tell(moment, "o", entry);
    for (const [value, said] of Object.entries(number === 0 ? {} : values)) {
      const told = kept.dateValue(name, value, said);
      if (told === null || !playbook.isShown(told)) continue;
      if (waits) kept.putValue(visit.s, told);
      kept.fit(visit);
      if (keeps) kept.putValue(memory.s, told);
    }
  },
  preferred: (moment, name, value) => tell(moment, "r", kept.choice(name, value)),
  cart(moment, lines) {
    const before = changeCart(moment, () => lines.map(([item, pieces]) => ({ item, pieces })));
    const stays = ({ item }) => lines.some(([one, pieces]) => one === item && pieces > 0);
    for (const line of before) if (!stays(line)) wait(moment, thing(moment, "2", line.item));
  },
  /** A purchase takes so many pieces out of the cart, 0 for all. */
  bought(moment, item, category, pieces) {
    const left = (line) => (line.item === item ? line.pieces - (pieces || Infinity) : line.pieces);
    changeCart(moment, (lines) => lines.map((line) => ({ ...line, pieces: left(line) })));
    wait(moment, thing(moment, "1", item, category || undefined));
  },
};

/** What is waved away with a campaign, as far as rules ask for it. */
function wavedAway(moment, id) {
  const asks = (one, rule) => (rule.kind === "4" && rule.of === id) || (rule.kind === "3" && one.id === id);
  const rules = moment.playbook.campaigns.flatMap((one) => one.rules.filter((rule) => asks(one, rule)));
  return rules.flatMap((rule) => attempt(() => subjects(moment, rule)).value ?? []);
}

/** Remembers something, if a campaign asks for it, or lets it wait in the visit for an edge that may remember it. */
function wait(moment, past) {
  const { playbook, allowed, visit, memory, keeps, inBrowser } = moment;
  // A purchase matters to what is left in the cart, and to what was taken out of it.
  const settles = past[0] === "1" && (playbook.says(/visitor\.cart/) || playbook.needs.past[2] > 0);
  if (!(playbook.needs.past[past[0]] > 0 || settles) || past.slice(1) === kept.NOTHING + kept.NOTHING) return;
  if (keeps) happens(moment, past);
  else if (inBrowser && allowed.visit && allowed.memory) kept.happen(visit.p, past);
  kept.fit(visit);
}

/** Remembers something; what was bought is neither left in the cart nor was it taken out. */
function happens({ playbook, memory, now }, past) {
  const item = past.slice(1, 9);
  if (past[0] === "1") {
    memory.past = memory.past.filter((old) => !old.startsWith(`2${item}`));
    const items = (memory.left?.items ?? []).filter((one) => one !== item);
    memory.left = items.length > 0 ? { ...memory.left, items } : null;
  }
  const { needs, memory: { purchases } } = playbook;
  if (needs.past[past[0]] > 0) kept.happen(memory.past, past + kept.hourOf(memory, now), purchases);
}

/** Remembers what is told under a name, if it is kept at all, or lets it wait in the visit for an edge that may. */
function tell({ playbook, allowed, visit, memory, keeps, inBrowser }, letter, entry) {
  if (!playbook.isKept[letter](entry)) return;
  if (inBrowser && allowed.visit && allowed.memory) kept.putNamed(visit[letter], entry);
  kept.fit(visit);
  if (!keeps || memory[letter].includes(entry)) return;
  kept.putNamed(memory[letter], entry);
  memory[letter] = memory[letter].filter((one) => !one.endsWith("*0"));
}

/** Changes the cart, notes in which minute and what was added last, and gives the lines before. */
function changeCart({ visit, playbook, now, allowed }, change) {
  const [before, last, was] = [cart(visit), lastAdded(visit), visit.k.join()];
  const changed = change(before).filter((line) => allowed.visit && line.pieces > 0);
  visit.k = changed.map((line) => `${line.item}*${line.pieces}`);
  kept.fit(visit);
  const lines = cart(visit);
  const knows = playbook.says(/visit\.cart_(minutes|item)|visitor\.cart/) && now !== null;
  if (knows && visit.k.join() === was) return before;
  const isMore = (line) => !before.some((old) => old.item === line.item && old.pieces >= line.pieces);
  const stays = visit.t.length > 0 ? lines.findIndex((line) => line.item === last) : -1;
  const place = [lines.findLastIndex(isMore), stays, lines.length - 1, 0].find((at) => at >= 0);
  visit.t = knows ? [`${Math.floor(now / MINUTE)}*${place}`] : [];
  kept.fit(visit);
  return before;
}

/** Notes a view, as far as a campaign needs it; what is sensitive in the visit alone, and by agreement. */
function see({ playbook, visit, memory, now, allowed }, item, category) {
  const [{ says }, hidden] = [playbook, hides(playbook, item, category)];
  if (hidden && !allowed.sensitive) return;
  if (item && says(/visit\.(items|last_item|other_items)|by recent/)) kept.putFirst(visit.i, item, playbook.memory.items);
  kept.fit(visit);
  if (category && says(/visit\.(last_category|categories)|"interest":"visit"/)) kept.putFirst(visit.c, category, 4);
  kept.fit(visit);
  const isAsked = category && memory && !hidden && says(/visitor\.favorite|"interest":"visitor"|by interest/);
  if (isAsked) kept.look(memory, category, now, playbook.memory.half_life_days);
}

/**
 * The page view, with the pages of the visit and its beginning as far as a campaign needs them, and what was shown,
 * behind the decision: a page is not its own past. A preview counts nowhere.
 */
function record(moment, decisions) {
  const { noted, pages, began } = pace(moment);
  const second = began || (moment.playbook.says(/visit\.seconds/) && Math.floor(moment.now / 1000)) || 0;
  const numbers = [moment.playbook.says(/visit\.pages/) ? Math.min(pages, 65_535) : noted, second];
  if (numbers.join() !== "0,0") moment.visit.n = [numbers.join("*")];
  kept.fit(moment.visit);
  const again = [];
  seeView(moment, decisions);
  const isNew = moment.arrives && !moment.reloads;
  if (isNew) see(moment, moment.page.item, moment.page.category);
  if (isNew) EVENTS.searched(moment, parameter(moment.request, moment.page.search) ?? "");
  for (const decision of decisions.filter(({ reason }) => reason === "matched" || reason === "control")) {
    const campaign = moment.playbook.campaigns.find(({ id }) => id === decision.campaign);
    if (campaign.experiment?.sticky) keepVariant(moment, campaign.experiment.sticky, decision);
    if (isShown(moment, decision)) {
      again.push(decision.block);
      continue;
    }
    keepShown(moment, campaign.id);
    for (const cap of campaign.caps) if (!cap.waved) kept.count(cap, moment);
  }
  return again;
}

/** Notes the view, where it counts anything or shows something that the visitor had to allow. */
function seeView(moment, decisions) {
  const { visit, memory, now, allowed, playbook: { says }, page } = moment;
  // Of a sensitive page nothing is kept without agreement.
  if (!allowed.sensitive && hides(moment.playbook, page.item, page.category)) return;
  const looks = memory && page.category && says(/visitor\.favorite|"interest":"visitor"|by interest/);
  const counts = says(/visit\.pages/) || looks || decisions.some((one) => one.campaign && one.needs > 0);
  if (!moment.arrives || !allowed.visit || !(now >= 1000) || !counts) return;
  const shown = isSameView(moment) ? visit.v.slice(1) : [];
  visit.v = [`${kept.short(moment.request.address)}*${Math.floor(now / 1000)}`, ...shown];
  kept.fit(visit);
}

/** Notes what the view shows, of 16 campaigns at most. */
function keepShown({ visit, request }, campaign) {
  const isOf = visit.v[0]?.startsWith(`${kept.short(request.address)}*`);
  if (isOf && !visit.v.slice(1).includes(kept.short(campaign)) && visit.v.length < 17) visit.v.push(kept.short(campaign));
  kept.fit(visit);
}

/** Keeps the variant that was chosen, of 8 experiments at most; the first version that a visitor met stays known. */
function keepVariant({ kept: all }, { version = 1 }, { campaign, variant, propensity }) {
  const at = all.findIndex(({ text }) => text.startsWith(kept.code(campaign)));
  const now = kept.hexByte(version);
  const [first] = [now, all[at]?.text.slice(14) ?? now].sort();
  const one = { text: kept.code(campaign) + kept.code(variant).slice(4) + now + first, share: propensity };
  if (at >= 0 || all.length < 8) all[at >= 0 ? at : all.length] = one;
}

/** The cookies that are set and deleted, and the visitor after them. */
function keep({ playbook, allowed, visit, memory, keeps, inBrowser, now, kept: variants, request }, visitor, came) {
  visit.g = variants.map(({ text }) => text);
  kept.fit(visit);
  if (memory) memory.kept = variants;
  const stays = memory && playbook.needs.memory;
  // A page that nobody sees begins no visit, where memory has what was drawn.
  const waits = !isSeen(request) && visitor.visit === null && stays && keeps;
  const after = playbook.needs.visit && allowed.visit && !waits ? kept.writeVisit(visit) : null;
  const cookies = after === visitor.visit ? {} : { visit: after };
  visitor.visit = after;
  const changes = !inBrowser && (stays ? keeps && JSON.stringify(memory) !== came : visitor.memory || visitor.brought);
  const left = () => kept.secondsLeft(memory, now, playbook.memory.life_days);
  if (changes) [visitor.memory, cookies.memory] = stays ? [memory, left()] : [null, null];
  return cookies;
}
