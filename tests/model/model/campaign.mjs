/** What a block shows: its campaigns by priority, each asked one operator after the other. */

import { DAY, MINUTE, WEEKDAYS, daysSince, minutes, minutesSince, weekday } from "./clock.mjs";
import { holds, settle } from "./condition.mjs";
import { list } from "./list.mjs";
import { hides } from "./playbook.mjs";
import { attempt, refuse } from "./refusal.mjs";
import { NAMES, read, show, shownItem, sum } from "./signal.mjs";
import { part, render } from "./template.mjs";
import { NOTHING, bucket, code, fnv, hexByte, hourOf, hoursSince } from "./visitor.mjs";
import { short, textOf, timesOf, valueOf } from "./visitor.mjs";

/** The decision of a block; how far its date is, each campaign finds out for itself. */
export function decideBlock(all, block) {
  const moment = { ...all, block, distance: null, valueOfDate: () => null };
  const campaigns = moment.playbook.campaigns.filter((campaign) => campaign.block === block);
  const forced = preview(moment, campaigns);
  if (forced) return noted(moment, { block, ...forced.decision }, forced.items);
  const ask = (one) => alone(moment, (own) => attempt(() => consider(own, one)));
  const isEnd = (one) => one.value || ["holdout", "edge-only"].includes(one.reason);
  const asked = [];
  // Behind the one that ends it nothing is read.
  campaigns.some((one) => asked.push({ ...one, ...ask(one) }) && isEnd(asked.at(-1)));
  const end = asked.findIndex(isEnd);
  // Of reasons that decide nothing the first is told, but a missing permission says more.
  const unpermitted = asked.find((one) => one.reason === "not-permitted");
  const told = asked[end] ?? unpermitted ?? asked[0] ?? { reason: "no-campaign" };
  const considered = asked.slice(0, end + 1 || Infinity).map(({ id, value, reason }) => [id, value?.reason ?? reason]);
  const decision = { reason: told.reason, ...told.value, ...(told.value && { needs: told.needs }), block, considered };
  return noted(moment, decision, told.items);
}

/** Notes which items a block shows, for the blocks that leave them out; null stands for what only the edge knows. */
function noted({ others }, decision, items) {
  const { block, reason, content = null, needs } = decision;
  if (content !== null) others.push({ block, needs }, ...items.map((id) => ({ block, id })));
  else if (reason === "edge-only") others.push({ block, id: null });
  return decision;
}

/** What `ask` gives for one campaign, with what of the visitor it needed, as far as the visitor allows it. */
function alone(moment, ask) {
  const own = { ...moment, touched: new Set(), leftOut: {} };
  const found = ask(own);
  own.touched.forEach((signal) => moment.touched.add(signal));
  const isRead = (pattern) => [...own.touched].some((signal) => pattern.test(signal));
  const isNeeded = ([pattern, service]) => moment.allowed[service] && isRead(pattern);
  return { ...found, needs: sum(NEEDS.filter(isNeeded).map(([, , bit]) => bit)) | own.alsoNeeds, items: own.items };
}

/** Signals by what the visitor must allow for them, with its bit. */
const NEEDS = [
  [/^visit\./, "visit", 1 << 3],
  [/^(visitor|date)\./, "memory", 1 << 4],
  [/^profile\./, "profile", 1 << 5],
  [/^experiment\./, "experiments", 1 << 8],
];

/** What is asked for by name is shown without asking anything of the visitor. */
function preview(moment, campaigns) {
  const wanted = (one) => one.variants.filter(({ id }) => id === moment.request.forced[one.id]).map((it) => [one, it]);
  const [[campaign, variant] = []] = campaigns.flatMap(wanted);
  if (!campaign) return null;
  const show = (own) => attempt(() => content(own, campaign, { ...variant, min_visits: 0 }));
  const { value, reason = "forced", needs, items } = alone(moment, show);
  const drawn = { bucket: null, propensity: 10_000 };
  const chosen = { campaign: campaign.id, variant: variant.id, ...drawn, content: value, needs };
  return { decision: { reason, considered: [[campaign.id, reason]], ...(reason === "forced" && chosen) }, items };
}

/** What a campaign shows. */
function consider(moment, campaign) {
  for (const [key, operator] of Object.entries(OPERATORS))
    if (campaign[key] !== undefined) operator(moment, campaign[key], campaign);
  const { drawn, ...how } = assigned(moment, campaign);
  const asked = [];
  const fatal = ["edge-only", "no-storage", "suppressed"];
  // Behind the one that is shown nothing is read; in an experiment all are, for who cannot see them all takes no part.
  const ends = ({ reason }) => (reason === undefined && !drawn) || fatal.includes(reason);
  const ask = (one) => ({ variant: one.id, ...attempt(() => content(moment, campaign, one)), items: moment.items });
  campaign.variants.some((one) => asked.push(ask(one)) && ends(asked.at(-1)));
  // Of those that are not shown a missing permission says more than the first.
  const failed = asked.filter((one) => one.reason);
  const first = (reason) => failed.find((one) => one.reason === reason);
  const shown = asked.find((one) => (drawn ? one.variant === drawn : !one.reason));
  const told = failed.find((one) => fatal.includes(one.reason)) ?? first("not-permitted") ?? failed[0];
  const { variant, value, reason } = drawn ? (told ?? shown) : (shown ?? told);
  refuse(reason, reason);
  moment.items = shown.items;
  const arms = drawn ? campaign.variants.filter(({ id }) => id !== drawn) : [];
  return { arms, reason: value === null ? "control" : "matched", campaign: campaign.id, variant, ...how, content: value };
}

/**
 * What a campaign says is asked in this order, by its name in the playbook; `conditions`, `rules` and `caps`, with
 * fatigue behind them, are prepared. Each refuses with the reason for which the campaign does not apply.
 */
const OPERATORS = {
  /** Nothing of a visitor is looked at for what is shown to nobody. */
  status(moment, status) {
    refuse(status === "paused", "paused");
  },

  /** What any campaign counts, remembers and assigns must be allowed, and there must be a clock if it goes by one. */
  id({ allowed, now }, id, { sensitive, experiment, around, rules, caps, starts, ends }) {
    // Silence is no agreement to what is sensitive, even where it is one to all else.
    refuse(sensitive && !allowed.sensitive, "not-permitted");
    refuse(experiment && !allowed.experiments, "not-permitted");
    refuse((around || rules.length > 0 || caps.some((cap) => cap.memory)) && !allowed.memory, "not-permitted");
    // What happens in the browser reaches the memory of an edge by the visit.
    refuse((rules.length > 0 || caps.some((cap) => !cap.memory || cap.waved)) && !allowed.visit, "not-permitted");
    refuse((starts || ends) && now === null, "no-clock");
  },

  starts({ now, turns }, starts) {
    if (now < Date.parse(starts)) turns.push(Date.parse(starts));
    refuse(now < Date.parse(starts), "not-yet");
  },

  /** In its last second it still runs. */
  ends({ now, turns }, ends) {
    refuse(now >= Date.parse(ends) + 1000, "over");
    turns.push(Date.parse(ends));
  },

  /** A span of hours holds its first minute and not its last; past midnight it belongs to the day on which it began. */
  schedule({ clock, touched }, { weekdays = WEEKDAYS, hours }) {
    if (WEEKDAYS.some((day) => !weekdays.includes(day))) touched.add("weekday");
    if (hours) touched.add(/:(?!00)/.test(hours.join()) ? "time" : "hour");
    refuse(clock === null, "no-clock");
    const spans = (hours ?? ["00:00-24:00"]).map((span) => span.split("-").map(minutes));
    const within = (minute) => ([from, to]) => from <= minute && minute < (to < from ? to + 1440 : to);
    const runs = (day, minute) => weekdays.includes(WEEKDAYS[day]) && spans.some(within(minute));
    const [day, minute] = [weekday(clock), Math.floor((clock % DAY) / MINUTE)];
    refuse(!runs(day, minute) && !runs((day + 6) % 7, minute + 1440), "off-schedule");
  },

  conditions(moment, conditions) {
    const found = settle(conditions, (one) => holds(one, (signal) => read(moment, signal)), false);
    refuse(found !== true, found || "not-eligible");
  },

  /**
   * Today must be one of some days around a date that the site declared, or now within some hours or minutes around its
   * time; its templates know then how far that is.
   */
  around(moment, { date: name, from_days, to_days, from_hours, to_hours, from_minutes, to_minutes }) {
    // What was declared in the browser waits in the visit for the edge.
    const waiting = valueOf(moment.visit.o, code(name));
    refuse(waiting === undefined && moment.inBrowser, "edge-only");
    moment.touched.add("visitor.dates");
    refuse(moment.clock === null, "no-clock");
    const date = Number(waiting ?? valueOf(moment.memory.o, code(name)) ?? 0);
    const byMinutes = from_days === undefined;
    const [from, to] = [from_minutes ?? from_hours * 60, to_minutes ?? to_hours * 60];
    const minute = minutesSince(date, moment.now, moment.playbook.site);
    refuse(byMinutes && (minute === null || minute < from || minute > to), "outside-dates");
    const days = byMinutes ? [-Infinity, Infinity] : [from_days, to_days];
    const distance = daysSince(date, Math.floor(moment.clock / DAY), ...days);
    refuse(distance === null, "outside-dates");
    // A date that waits has the values that wait with it.
    const values = waiting === undefined ? moment.memory.s : moment.visit.s;
    Object.assign(moment, { distance, minute, valueOfDate: (value) => textOf(values, name, value) });
  },

  /** Whichever store is the nearest must have the item. */
  in_stock(moment, { item_of, item = read(moment, item_of) }) {
    refuse(item === null, "not-in-stock");
    const stores = read(moment, "place.stores");
    refuse(!stores?.every((id) => moment.playbook.stores[id].stock.includes(item)), "not-in-stock");
  },

  /** Any campaign, before its own assignment. */
  block({ playbook: { site }, unit: { value, reason }, touched }) {
    if (site.holdout_percent) touched.add("experiment.unit");
    refuse(site.holdout_percent && reason === "edge-only", reason);
    refuse(value && bucket(`holdout:${site.seed ?? site.name}`, value) < points(site.holdout_percent), "holdout");
  },

  /** The visitor's place of 1,000 in an exclusive group, by GrowthBook's hash of version 1, must be in the stretch. */
  experiment({ playbook, unit, touched }, { group: { name, from = 0, to = 100 } = {} }) {
    touched.add("experiment.unit");
    refuse(name && unit.reason, unit.reason);
    const place = fnv(`${unit.value}__${playbook.exclusive[name]?.seed ?? name}`) % 1000;
    refuse(place < points(from) / 10 || place >= points(to) / 10, "not-in-group");
  },

  /** A cap is reached after its times, and fatigue until a rest is over; what cannot be counted is reached. */
  caps(moment, caps, { id, block }) {
    // Showing on what the browser shows is not showing it again.
    const goesOn = isShown(moment, { block, campaign: id });
    const waiting = moment.visit.d.filter((waved) => waved === code(id)).length;
    for (const cap of caps) {
      if (!cap.memory || cap.waved) moment.touched.add("visit.times_shown");
      refuse(cap.memory && cap.waved && waiting >= cap.times, "capped");
      if (cap.memory && moment.inBrowser) continue;
      if (cap.memory && moment.keeps) moment.touched.add("visitor.times_shown");
      const times = timesOf(cap, moment);
      refuse(times === null, "no-storage");
      const hours = () => hourOf(moment.memory, moment.now) - moment.memory.counters[cap.name].began;
      refuse(cap.curve && times > 0 && hours() < rest(cap.curve, times) && !goesOn, "fatigued");
      refuse(times >= cap.times && (cap.waved || !goesOn), "capped");
    }
    // Behind an edge another cap may be reached out of sight.
    refuse(moment.inBrowser && caps.some((cap) => cap.memory), "edge-only");
  },

  /** A rule keeps a campaign away for some hours after what it is about was bought, removed or waved away. */
  rules(moment, rules) {
    const { visit, memory, keeps, inBrowser, now } = moment;
    let hidden = false;
    for (const rule of rules) {
      const { value: about = [], reason } = attempt(() => subjects(moment, rule));
      refuse(reason && reason !== "edge-only", reason);
      hidden ||= reason || (inBrowser && about.length > 0);
      // What a list shows loses what is met, and nothing shows a list that has lost all.
      const list = rule.what === "anything" ? "" : rule.of;
      const out = moment.leftOut[list] ?? new Set();
      // The codes of item and category behind the digit of what happened.
      const span = { anything: [0, 1], category: [9, 17] }[rule.what] ?? [1, 9];
      for (const [at, what] of about.entries()) {
        const subject = what.slice(...span);
        moment.touched.add("visitor.past");
        const isIt = (past) => past[0] === what[0] && past.slice(...span) === subject && subject !== NOTHING;
        const waits = visit.p.some(isIt);
        refuse(waits && inBrowser && !keeps, rule.reason);
        refuse(!waits && !keeps && !inBrowser, "no-storage");
        if (waits || memory?.past.some((past) => isIt(past) && hoursSince(past, memory, now) < rule.hours)) out.add(at);
      }
      refuse(out.size > 0 && out.size >= about.length, rule.reason);
      moment.leftOut[list] = out;
    }
    refuse(hidden, "edge-only");
  },
};

/** Whether the view shows a campaign already: the page that is open does, or the one that is reloaded did. */
export const isShown = ({ shown, visit, reloads }, { block, campaign }) =>
  shown.some((one) => one.block === block && one.campaign === campaign) ||
  (reloads && visit.v.slice(1).includes(short(campaign)));

/** The hours that a campaign rests after it was seen so many times: each time longer, in whole hours. */
const rest = ({ backoff_hours: first = 24, factor = 2, max_backoff_hours: most = Math.max(720, first) }, times) =>
  Array(times - 1).fill().reduce((hours) => Math.min(Math.ceil((hours * points(factor)) / 100), most), first);

/** What must not have happened to what a rule is about right now: what a signal names, or a fixed id. */
export function subjects(moment, { kind, what, of }) {
  if (what === "anything") return [`${kind}`];
  const category = (id) => kind + NOTHING + (hides(moment.playbook, null, id) ? NOTHING : code(id));
  if (!of.includes(".")) return [what === "category" ? category(of) : kind + code(of) + NOTHING];
  const about = NAMES.categories.test(of) ? category : (id) => thing(moment, kind, id);
  return [read(moment, of) ?? []].flat().map(about);
}

/** That something of a kind happened to an item, with the category that the catalog gives it; to nothing if sensitive. */
export function thing({ playbook }, kind, item, category = playbook.catalog.items[item]?.category) {
  if (hides(playbook, item, category)) return kind + NOTHING + NOTHING;
  return kind + code(item) + (category ? code(category) : NOTHING);
}

/**
 * The variant of an experiment that the visitor keeps or that their bucket falls to, by its id, with the bucket and how likely
 * it was; null without an experiment.
 */
function assigned(moment, campaign) {
  const { experiment, variants } = campaign;
  if (!experiment) return { drawn: null, bucket: null, propensity: 10_000 };
  refuse(moment.unit.reason, moment.unit.reason);
  const mine = bucket(`variant:${experiment.seed ?? campaign.id}`, moment.unit.value);
  // Each has its weight's stretch, of which the covered part counts.
  const equal = (place) => Math.ceil((place * 10_000) / variants.length);
  const weights = variants.map(({ weight }, at) => (weight ? points(weight) : equal(at + 1) - equal(at)));
  const widths = weights.map((weight) => Math.ceil((weight * points(experiment.coverage_percent ?? 100)) / 10_000));
  const from = (at) => sum(weights.slice(0, at));
  // Of kept variants there are only those of sticky experiments.
  const { text = "", share: known } = moment.kept.find((one) => one.text.startsWith(code(campaign.id))) ?? {};
  const { version = 1, min_version = 1 } = experiment.sticky ?? {};
  refuse(parseInt(text.slice(14), 16) < min_version, "earlier-version");
  const own = variants.findIndex(({ id }) => text.slice(8, 14) === code(id).slice(4) + hexByte(version));
  const at = own >= 0 ? own : variants.findIndex((_, at) => from(at) <= mine && mine < from(at) + widths[at]);
  refuse(at < 0, "not-allocated");
  const share = Math.floor((widths[at] * 10_000 + Math.floor(sum(widths) / 2)) / sum(widths));
  // What only the visit says that is kept was drawn nobody knows how.
  return { drawn: variants[at].id, bucket: mine, propensity: (own >= 0 && known) || share };
}

/** What a variant shows: its template, values of parts, an order, `false` for hiding, null for a control. */
function content(moment, { block }, { min_visits, html, hide, parts, order, order_by }) {
  refuse(min_visits && read(moment, "visitor.visits") < min_visits, "too-few-visits");
  const names = [];
  const how = [(name, of) => show(moment, name, of), (said) => list(moment, said), names];
  const content = html && render(html, ...how);
  const shown = Object.entries(parts ?? {}).map(([key, text]) => [key, part(key.split("@"), text, ...how)]);
  moment.items = names.flatMap((name) => shownItem(moment, name));
  if (html) return content;
  if (hide) return false;
  if (parts) return { parts: Object.fromEntries(shown) };
  const { group } = moment.playbook.blocks[block];
  const first = order ?? (order_by && byInterest(moment, group, order_by));
  return first ? { first, rest: group.filter((one) => !first.includes(one)) } : null;
}

/** The blocks of a group that are of interest, the most first, in the group's order where of equal interest. */
function byInterest(moment, group, { interest, categories }) {
  read(moment, interest === "visit" ? "visit.last_category" : "visitor.favorite_category");
  const seen = moment.visit.c.map((category, at) => [category, -at]);
  const levels = interest === "visit" ? Object.fromEntries(seen) : moment.memory.interests;
  const level = (block) => levels[categories[block]];
  const first = group.filter((block) => level(block) !== undefined);
  refuse(first.length === 0, "missing-value");
  return first.sort((a, b) => level(b) - level(a));
}

/** Hundredths, as of a percent. */
const points = (percent) => Math.round(percent * 100);
