/** What is the same for every request: the campaigns in order, what they count and ask for, what is kept for them. */

import { NAMES } from "./signal.mjs";
import { VALUES, choice, code } from "./visitor.mjs";

export function prepare(source) {
  const playbook = whole(JSON.parse(JSON.stringify(source, (key, value) => (key === "$comment" ? undefined : value))));
  const asked = ({ audience, when = {} }) => [playbook.audiences[audience] ?? {}, when];
  // A label beside the signals of a condition is none of them.
  const conditions = (one) => asked(one).map(({ sensitive, ...signals }) => signals);
  const labelled = (one) => [one, ...asked(one)].some(({ sensitive }) => sensitive === true);
  const sensitive = (one) => labelled(one) || things(one, conditions(one)).some((id) => hides(playbook, id, id));
  const all = (one) => ({
    ...{ ...one, sensitive: sensitive(one), conditions: conditions(one) },
    ...{ caps: caps(playbook, one), rules: rules(one) },
  });
  const block = (campaign) => Object.keys(playbook.blocks).indexOf(campaign.block);
  const campaigns = playbook.campaigns.map(all);
  campaigns.sort((a, b) => block(a) - block(b) || b.priority - a.priority || (a.id < b.id ? -1 : 1));
  const said = JSON.stringify(campaigns);
  const says = (pattern) => pattern.test(said);
  const listed = Object.fromEntries(says(/visitor\.preferences/) ? choices(playbook) : []);
  const dates = campaigns.map(({ around }) => code(around?.date ?? ""));
  // Dates and preferences that are kept of visitors, by their letter in the visit.
  const isKept = { o: (entry) => dates.includes(entry.slice(0, 8)), r: (entry) => entry in listed };
  // Of values of dates only what some template of such a campaign shows is kept.
  const values = campaigns.filter(({ around }) => around).flatMap(({ around, variants }) => {
    const text = variants.flatMap(({ html, parts }) => [html, ...Object.values(parts ?? {})]).join("\n");
    return VALUES.flatMap((name, at) => (text.includes(`date.${name}`) ? [code(around.date) + at] : []));
  });
  const isShown = (entry) => values.includes(entry.slice(0, 9));
  const saying = (id) => JSON.stringify(campaigns.filter((one) => one.block === id));
  const follows = (id) => /except [a-z, ]*shown/.test(saying(id));
  return { ...playbook, campaigns, says, listed, isKept, isShown, follows, needs: needs(playbook, campaigns, says) };
}

/** A playbook in which nothing is left out. */
function whole({ site, catalog, profile, memory, campaigns = [], ...said }) {
  const amount = (item) => ({ ...item, amount: item.amount ?? amountOf(item.price) });
  const items = Object.entries(catalog?.items ?? {}).map(([id, item]) => [id, amount(item)]);
  const none = { audiences: {}, dates: {}, preferences: {}, stores: {}, exclusive: {}, cap_groups: {}, parameters: {} };
  return {
    ...{ ...none, ...said },
    site: { utc_offset_minutes: 0, holdout_percent: 0, marker: "data-block", ...site },
    profile: { tiers: [], segments: [], ...profile },
    memory: { life_days: 180, half_life_days: 7, purchases: 12, items: 8, ...memory },
    catalog: { categories: catalog?.categories ?? {}, items: Object.fromEntries(items) },
    campaigns: campaigns.filter(({ status }) => status !== "draft").map(({ title, ...one }) => ({ priority: 0, ...one })),
  };
}

/** What a price says, if it can be read in one way only: groups of three digits, one or two behind a point or comma. */
function amountOf(price = "") {
  const number = price.replace(/^\D+|\D+$/g, "");
  const [, whole, mark, , point, decimals = ""] =
    number.match(/^(\d{1,3}(?:([.,'\u2019 \u00a0\u202f])\d{3}(?:\2\d{3})*)?|(\d{1,10}))(?:([.,])(\d{1,2}))?$/) ?? [];
  const isOne = whole !== undefined && (point === undefined || mark !== point) && !(mark && whole[0] === "0");
  return isOne ? Number(`${whole.replace(/\D/g, "")}.${decimals}`) : undefined;
}

/** Whether an item, by itself or by its category, or a category is sensitive. */
export function hides({ catalog: { items, categories } }, item, category) {
  return [items[item], categories[items[item]?.category], categories[category]].some((one) => one?.sensitive === true);
}

/** The ids of items and categories that a campaign names. */
function things({ in_stock, suppress = [], variants }, conditions) {
  const leaves = (value) => (typeof value === "object" && value ? Object.values(value).flatMap(leaves) : [value]);
  const isOf = (signal) => NAMES.items.test(signal) || NAMES.categories.test(signal);
  const of = (value) => (typeof value === "object" && value ? Object.entries(value).flatMap(member) : []);
  const member = ([key, value]) => (isOf(key) ? leaves(value) : of(value));
  const ordered = variants.flatMap(({ order_by }) => Object.values(order_by?.categories ?? {}));
  return [...conditions.flatMap(of), in_stock?.item, ...suppress.map((rule) => rule.of), ...ordered];
}

/** All that visitors can say they prefer, by the entry in which it is kept; nothing where a choice is taken back. */
const choices = ({ preferences }) => Object.entries(preferences).flatMap(([name, { values }]) =>
  [null, ...values].map((value) => [choice(name, value), value ? [`${name}=${value}`] : []]));

/** What is kept of visitors: nothing that no campaign, and no audience of one, uses. */
function needs(playbook, campaigns, says) {
  const caps = campaigns.flatMap((campaign) => campaign.caps);
  const unit = playbook.site.holdout_percent > 0 || says(/"experiment":/);
  const remembers = says(/visitor\.|"(min_visits|suppress|cooldown|around)":|"interest":"visitor"/) || unit ||
    says(/by interest|except [a-z, ]*bought/);
  const visit = remembers || caps.length > 0 || says(/visit\.|"interest":|by recent|except [a-z, ]*cart/);
  // By the digit of what happened, for how many days it is remembered.
  const ofPurchases = /visitor\.(purchases|days_since_purchase|last_bought_category|due_item)|except [a-z, ]*bought/;
  const past = [0, says(ofPurchases) ? playbook.memory.life_days : 0, 0, 0, 0];
  for (const { kind, hours } of campaigns.flatMap((campaign) => campaign.rules))
    past[kind] = Math.max(past[kind], Math.ceil(hours / 24));
  return { unit, memory: remembers || caps.some((cap) => cap.memory), visit, past };
}

/**
 * The counters of a campaign's caps and its group's, those of the visit first, and behind all caps that of its fatigue,
 * which no number of times ends; each has the name it is counted by.
 */
function caps({ cap_groups }, { id, cap, cap_group, fatigue: curve }) {
  const of = (owner, { dismissals, ...cap }) =>
    counters(owner, cap, dismissals, dismissals?.days ? ` / ${dismissals.days}` : "");
  const counters = (owner, { per_visit, per_days, lifetime }, dismissals, within) => [
    { name: owner, times: per_visit, memory: false },
    { name: `${owner} / ${per_days?.days}`, times: per_days?.times, days: per_days?.days, memory: true },
    { name: `${owner} / life`, times: lifetime, memory: true },
    { name: `${owner} x${within}`, ...dismissals, memory: within !== "", waved: true },
  ];
  const rest = { name: id, times: curve && Infinity, days: curve?.reset_after_days ?? 60, memory: true, curve };
  const all = [...of(id, cap ?? {}), ...of(`group ${cap_group}`, cap_groups[cap_group] ?? {}), rest];
  return all.filter((one) => one.times !== undefined).sort((a, b) => a.memory - b.memory);
}

/** What keeps a campaign away for some hours: its suppressions, and its cooldown after any purchase. */
function rules({ id, suppress = [], cooldown, variants }) {
  const digit = (when, what) => ({ bought: "1", removed: "2", dismissed: what === "campaign" ? "4" : "3" })[when];
  const about = (what) => (what === "campaign" ? id : shown(variants, what));
  const cooling = { when: "bought", what: "anything", days: 0, ...cooldown, reason: "cooling-down" };
  const rule = ({ when, what, of = about(what), days, hours = 0, reason = "suppressed" }) =>
    ({ kind: digit(when, what), what, of, hours: days * 24 + hours, reason });
  return [...suppress, ...(cooldown ? [cooling] : [])].map(rule);
}

/** The one signal that the variants of a campaign show of what a rule may be about. */
function shown(variants, what) {
  const names = JSON.stringify(variants.map(({ html, parts }) => [html, parts])).match(/[a-z]+\.[a-z_]+/g) ?? [];
  return names.find((name) => NAMES.items.test(name) || (what === "category" && NAMES.categories.test(name)));
}
