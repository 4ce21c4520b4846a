/** Signals: what conditions read and templates show. */

import { DAY, HOUR, MINUTE, WEEKDAYS, weekday } from "./clock.mjs";
import { near } from "./place.mjs";
import { profile } from "./profile.mjs";
import { refuse } from "./refusal.mjs";
import { NOTHING, code, favorite, hoursSince, searchOf } from "./visitor.mjs";

/** Signals whose values name something of the playbook, so that templates show its fields. */
export const NAMES = {
  items: /^(page.item|visit.(last_item|items|other_items|cart|cart_item)|visitor.(cart_item|due_item))$/,
  categories: /^(page.category|visit.(last_category|categories)|visitor.(favorite_category|last_bought_category))$/,
  stores: /^place.(nearest_store|stores)$/,
};

/** The value of each signal at a moment, undefined or null where there is none. */
const SIGNALS = {
  query: ({ request: { query } }) =>
    query
      .filter((pair) => isReadable(pair) && !isPersonal(...pair))
      .slice(0, 16)
      .map(([name, value]) => `${name}=${value ?? ""}`),
  hour: ({ clock }) => clock && new Date(clock).getUTCHours(),
  time: ({ clock }) => clock && new Date(clock).toISOString().slice(11, 16),
  weekday: ({ clock }) => clock && WEEKDAYS[weekday(clock)],
  region: ({ request }) => request.country && request.subdivision && `${request.country}-${request.subdivision}`,
  "visit.last_item": ({ visit }) => visit.i[0],
  "visit.items": ({ visit }) => visit.i,
  "visit.other_items": ({ visit, page }) => visit.i.filter((item) => item !== page.item),
  "visit.last_category": ({ visit }) => visit.c[0],
  "visit.categories": ({ visit }) => visit.c,
  "visit.searches": ({ visit }) => visit.q.map(searchOf),
  "visit.last_search": ({ visit }) => visit.q.map(searchOf)[0],
  "visit.pages": (moment) => pace(moment).pages,
  "visit.seconds": ({ visit, now }) => now && since(now, 1000, pace({ visit }).began || Infinity),
  "visit.cart": ({ visit }) => cart(visit).map((line) => line.item),
  "visit.cart_count": ({ visit }) => sum(cart(visit).map((line) => line.pieces)),
  "visit.cart_value": (moment) => cartValue(moment),
  "visit.cart_minutes": ({ visit, now }) => now && visit.k[0] && visit.t[0] && since(now, MINUTE, parseInt(visit.t[0])),
  "visit.cart_item": ({ visit }) => lastAdded(visit),
  "visitor.visits": ({ memory }) => memory.visits,
  "visitor.days_known": ({ memory, now }) => since(now, DAY, memory.firstDay),
  "visitor.days_since_visit": ({ memory, now }) => memory.dayBefore && since(now, DAY, memory.dayBefore),
  "visitor.favorite_category": (moment) => named(moment, "categories", favorite(moment.memory)),
  // What is bought within one hour is bought at one time.
  "visitor.purchases": (moment) => new Set(purchases(moment).map((one) => one.hours)).size,
  "visitor.days_since_purchase": (moment) => purchases(moment).map(({ hours }) => Math.floor(hours / 24))[0],
  "visitor.last_bought_category": (moment) =>
    named(moment, "categories", purchases(moment).find((one) => one.category !== NOTHING)?.category),
  "visitor.due_item": (moment) => dueItem(moment),
  "visitor.cart_item": (moment) => moment.memory.left?.items.map((one) => named(moment, "items", one)).find((id) => id),
  "visitor.cart_hours": ({ memory, now }) => memory.left && since(now, HOUR, memory.left.hour),
  // What waits in the visit is newer.
  "visitor.preferences": ({ playbook: { listed }, visit, memory }) =>
    Object.keys(listed).filter((entry) => isLast(entry, [...visit.r, ...memory.r])).flatMap((entry) => listed[entry]),
  "date.days_left": ({ distance }) => (distance < 0 ? -distance : null),
  "date.days_since": ({ distance }) => (distance > 0 ? distance : null),
  "date.hours_left": ({ minute }) => (minute <= -60 ? Math.floor(-minute / 60) : null),
  "date.minutes_left": ({ minute }) => (minute < 0 ? -minute : null),
  "date.platform": ({ valueOfDate }) => valueOfDate("platform"),
  "date.gate": ({ valueOfDate }) => valueOfDate("gate"),
  "date.seat": ({ valueOfDate }) => valueOfDate("seat"),
  "date.file": ({ valueOfDate }) => valueOfDate("file"),
};

/** A parameter that is too long or no text has no value, not even an empty one. */
const isReadable = ([, value]) => value !== undefined;

/** The value of a signal: null where there is none; refused where the visitor, or an edge in front, does not tell. */
export function read(moment, signal) {
  const [source, field = "campaign"] = signal.split(".");
  refuse(["visit", "profile"].includes(source) && !moment.allowed[source], "not-permitted");
  const isOfVisitor = ["visit", "visitor", "profile", "date"].includes(source);
  refuse(!isOfVisitor && moment.request.objects === true, "not-permitted");
  // A browser behind an edge cannot tell a cookie that is not there from one that scripts may not see.
  const hidden = source === "place" || (source === "profile" && moment.request.profile === null);
  refuse(hidden && moment.inBrowser, "edge-only");
  // Nor is it told where the visitor is.
  refuse(["country", "region"].includes(signal) && moment.inBrowser && !moment.request.country, "edge-only");
  // The days of a date are known with the campaign's date, wherever that was.
  if (source === "visitor" || (source === "date" && moment.distance === null)) {
    refuse(moment.inBrowser && moment.allowed.memory, "edge-only");
    refuse(!moment.memory, "not-permitted");
  }
  moment.touched.add(signal);
  if (source === "campaign") return impersonal(parameter(moment.request, utm(signal)));
  if (source === "place") return near(moment)?.[field] ?? null;
  if (source === "profile") return profile(moment)[field] ?? null;
  if (source === "page") return { ...moment.page, path: moment.request.path, price: price(moment) }[field];
  return (SIGNALS[signal] ? SIGNALS[signal](moment) : moment.request[signal]) ?? null;
}

const FIELD = /\.(title|url|image|price|category|region)$/;

/** The item that a template shows under a name; none where that names none. */
export function shownItem(moment, [name, of]) {
  const signal = name.replace(FIELD, "");
  const isItem = NAMES.items.test(signal === "item" ? of.list : signal);
  return isItem ? [signal === "item" ? of.id : read(moment, signal)].filter((id) => typeof id === "string") : [];
}

/** The value of a name in a template: of a signal, or of a field of what it names; `of` is the element of a list. */
export function show(moment, name, of) {
  const [, signal, field] = name.match(/^(.*)\.(title|url|image|price|category|region)$/) ?? [];
  const kind = Object.keys(NAMES).find((one) => NAMES[one].test(signal === "item" ? of.list : signal));
  const isIn = (list) => (_, at) => !moment.leftOut?.[list]?.has(at);
  const kept = (known, value) => (Array.isArray(value) ? value.filter(isIn(known)) : value);
  const whole = (known) => kept(known, read(moment, known));
  const value = (known) => (known === "item" ? of.id : whole(known));
  const catalog = { ...moment.playbook.catalog, stores: moment.playbook.stores };
  const plain = () => declared(moment, name === "item" ? of.list : name, value(name));
  const shown = kind ? catalog[kind][value(signal)]?.[field] : plain();
  refuse([null, undefined, ""].includes(shown) || shown.length === 0, "missing-value");
  return shown;
}

/** Letters of Latin, Greek, Cyrillic, Hebrew, Arabic, kana, Han and Hangul. */
const LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0388-\u0481\u048a-\u052f\u05d0-\u05ea\u0620-\u064a" +
  "\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3";
const WORD = `[${LETTERS}0-9_-]+`;
const FORMS = { number: /^[0-9]+$/, word: new RegExp(`^${WORD}$`), words: new RegExp(`^${WORD}( ${WORD})*$`) };

/** What a template may show of a value: one of the address only in the form that the playbook declares. */
function declared({ playbook: { parameters } }, signal, value) {
  if (Array.isArray(value) || !/^(campaign|query)/.test(signal)) return value;
  const [, name, text] = signal === "query" ? value?.match(/^([^=]*)=(.*)$/s) ?? [] : ["", utm(signal), value];
  const { form, max = 40 } = parameters[name] ?? {};
  return form && FORMS[form].test(text ?? "") && Buffer.byteLength(text) <= max ? value : null;
}

/** The parameter that a signal of the campaign is read from. */
const utm = (signal) => `utm_${signal.split(".")[1] ?? "campaign"}`;

export const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);

/** Whole units of time since one of them, 0 where the clock has gone back. */
const since = (now, unit, then) => Math.max(Math.floor(now / unit) - then, 0);

/** Pages of the visit, those noted and all with this one, and the second in which it began; 0 for what is not known. */
export function pace({ visit, arrives, reloads }) {
  const [noted, began] = (visit.n[0] ?? "0*0").split("*").map(Number);
  // A browser counts a page that arrives, and one that could not be counted before; a reload is no other view.
  return { noted, pages: (arrives && !reloads) || noted === 0 ? noted + 1 : noted, began };
}

/** What the cart costs, in whole units; null where the amount of an item is not known. */
function cartValue({ visit, playbook: { catalog } }) {
  const hundredths = ({ item, pieces }) => Math.round(catalog.items[item]?.amount * 100) * pieces;
  const value = Math.floor(sum(cart(visit).map(hundredths)) / 100);
  return Number.isNaN(value) ? null : value;
}

/** What the product of the page costs, in whole units; null where its amount is not known. */
function price({ page, playbook: { catalog } }) {
  const value = Math.floor(Math.round(catalog.items[page.item]?.amount * 100) / 100);
  return Number.isNaN(value) ? null : value;
}

/** Whether an entry is the last word under its name. */
const isLast = (entry, all) => all.find((one) => one.startsWith(entry.slice(0, 8))) === entry;

/** The lines of the cart. */
export const cart = ({ k }) => k.map((line) => ({ item: line.split("*")[0], pieces: Number(line.split("*")[1]) }));

/** The item of the cart that was added last; where that is not known, its last line. */
export const lastAdded = (visit) => (cart(visit)[visit.t[0]?.split("*")[1]] ?? cart(visit).at(-1))?.item;

const DIGITS = /[0-9٠-٩۰-۹०-९]+/gu;
const RUN = /[0-9A-Za-z\u{80}-\u{10ffff}]+(?:[-_.:][0-9A-Za-z\u{80}-\u{10ffff}]+)*/gu;

/** Parameters that carry the id of a person or of a click. */
const IDS = `_hsenc _ke _kx __s ck_subscriber_id dclid elqtrackid fbclid gbraid gclid igshid li_fat_id mc_eid mkt_tok
  ml_subscriber_hash msclkid oly_anon_id oly_enc_id rb_clickid sc_customer ttclid twclid vero_conv vero_id wbraid
  wickedid yclid`;

/** Whether a parameter may name one person, by its name or its value. */
function isPersonal(name, said) {
  const value = (said ?? "").replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  const parts = (pattern) => value.match(pattern) ?? [];
  const changes = (group) => (group.match(DIGITS) ?? []).length + group.split(DIGITS).filter(Boolean).length - 1;
  const isMixed = (run) => run.replace(/[-_.:]/g, "").length >= 16 && sum(run.split(/[-_.:]/).map(changes)) >= 4;
  const isId = IDS.split(/\s+/).includes(name.toLowerCase());
  return isId || value.includes("@") || parts(DIGITS).join("").length >= 7 || parts(RUN).some(isMixed);
}

export const impersonal = (value) => (isPersonal("", value) ? null : value);

/** The first value of a parameter; an empty one is none. */
export const parameter = ({ query }, name) => query.find((one) => one[0] === name && one[1] !== null)?.[1] || null;

/** The id in the catalog that has a code. */
const named = ({ playbook }, kind, wanted) => Object.keys(playbook.catalog[kind]).find((id) => code(id) === wanted);

/** Purchases, newest first, as codes of item and category with the whole hours since. */
function purchases({ memory, now }) {
  const hours = (past) => Math.max(hoursSince(past, memory, now), 0);
  const bought = memory.past.filter((past) => past[0] === "1");
  return bought.map((past) => ({ item: past.slice(1, 9), category: past.slice(9, 17), hours: hours(past) }));
}

/**
 * The item that is due again first: from 60 % of its interval on, until three are over. Who bought it twice has an
 * interval of their own, which moves the catalog's half way if it lies between the same ends.
 */
function dueItem(moment) {
  const { items, categories } = moment.playbook.catalog;
  const isDue = (hours, interval) => hours * 10 >= interval * 6 && hours <= interval * 3;
  const left = (id) => {
    const usual = (items[id].replenish_days ?? categories[items[id].category]?.replenish_days) * 24;
    const [newest, ...earlier] = purchases(moment).filter((one) => one.item === code(id));
    const own = earlier.map((one) => one.hours - newest.hours).find((gap) => isDue(gap, usual));
    const interval = own === undefined ? usual : Math.floor((usual + own) / 2);
    return isDue(newest?.hours, interval) ? interval - newest.hours : Infinity;
  };
  return Object.keys(items).sort().filter((id) => left(id) < Infinity).sort((a, b) => left(a) - left(b))[0];
}
