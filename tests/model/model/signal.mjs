/** Signals: what conditions read and templates show. */

import { DAY, HOUR, MINUTE, WEEKDAYS, weekday } from "./clock.mjs";
import { near } from "./place.mjs";
import { refuse } from "./refusal.mjs";
import { NOTHING, code, favorite, hoursSince } from "./visitor.mjs";

/** Signals whose values name something of the playbook, so that templates show its fields. */
export const NAMES = {
  items: /^(page.item|visit.(last_item|items|other_items|cart|cart_item)|visitor.(cart_item|due_item))$/,
  categories: /^(page.category|visit.last_category|visitor.(favorite_category|last_bought_category))$/,
  stores: /^place.(nearest_store|stores)$/,
};

/** The value of each signal at a moment, undefined or null where there is none. */
const SIGNALS = {
  query: ({ request }) => request.query.slice(0, 16).map(([name, value]) => `${name}=${value ?? ""}`),
  hour: ({ clock }) => clock && new Date(clock).getUTCHours(),
  time: ({ clock }) => clock && new Date(clock).toISOString().slice(11, 16),
  weekday: ({ clock }) => clock && WEEKDAYS[weekday(clock)],
  region: ({ request }) => request.country && request.subdivision && `${request.country}-${request.subdivision}`,
  "place.nearest_store": (moment) => (near(moment)?.stores.length === 1 ? near(moment).stores[0] : null),
  "place.distance": (moment) => near(moment)?.distance,
  "place.stores": (moment) => near(moment)?.stores,
  "visit.last_item": ({ visit }) => visit.i[0],
  "visit.items": ({ visit }) => visit.i,
  "visit.other_items": ({ visit, page }) => visit.i.filter((item) => item !== page.item),
  "visit.last_category": ({ visit }) => visit.c[0],
  "visit.cart": ({ visit }) => cart(visit).map((line) => line.item),
  "visit.cart_count": ({ visit }) => cart(visit).reduce((sum, line) => sum + line.pieces, 0),
  "visit.cart_minutes": ({ visit, now }) =>
    now && visit.k[0] && visit.t[0] && Math.max(Math.floor(now / MINUTE) - parseInt(visit.t[0], 10), 0),
  "visit.cart_item": ({ visit }) => lastAdded(visit),
  "visitor.visits": ({ memory }) => memory.visits,
  "visitor.days_known": ({ memory, now }) => Math.max(Math.floor(now / DAY) - memory.firstDay, 0),
  "visitor.favorite_category": (moment) => named(moment, "categories", favorite(moment.memory)),
  // What is bought within one hour is bought at one time.
  "visitor.purchases": (moment) => new Set(purchases(moment).map((one) => one.hours)).size,
  "visitor.days_since_purchase": (moment) => purchases(moment).map(({ hours }) => Math.floor(hours / 24))[0],
  "visitor.last_bought_category": (moment) =>
    named(moment, "categories", purchases(moment).find((one) => one.category !== NOTHING)?.category),
  "visitor.due_item": (moment) => dueItem(moment),
  "visitor.cart_item": (moment) =>
    (moment.memory.left?.items ?? []).map((item) => named(moment, "items", item)).find((id) => id),
  "visitor.cart_hours": ({ memory, now }) => memory.left && Math.max(Math.floor(now / HOUR) - memory.left.hour, 0),
  "date.days_left": ({ distance }) => (distance < 0 ? -distance : null),
  "date.days_since": ({ distance }) => (distance > 0 ? distance : null),
};

/** The value of a signal: null where there is none; refused where the visitor, or an edge in front, does not tell. */
export function read(moment, signal) {
  const [source, field = "campaign"] = signal.split(".");
  refuse(source === "visit" && !moment.allowed.visit, "no-permit");
  refuse(source === "place" && moment.inBrowser, "out-of-sight");
  // The days of a date are known with the campaign's date, wherever that was.
  if (source === "visitor" || (source === "date" && moment.distance === null)) {
    refuse(moment.inBrowser && moment.allowed.memory, "out-of-sight");
    refuse(!moment.memory, "no-permit");
  }
  if (source === "campaign") return parameter(moment, `utm_${field}`);
  if (source === "page") return { ...moment.page, path: moment.request.path }[field];
  return (SIGNALS[signal] ? SIGNALS[signal](moment) : moment.request[signal]) ?? null;
}

/** The value of a name in a template: of a signal, or of a field of what it names; `of` is the element of a list. */
export function show(moment, name, of) {
  const [, signal, field] = name.match(/^(.*)\.(title|url|image|price|category|region)$/) ?? [];
  const kind = Object.keys(NAMES).find((one) => NAMES[one].test(signal === "item" ? of.list : signal));
  const value = (known) => (known === "item" ? of.id : read(moment, known));
  const catalog = { ...moment.playbook.catalog, stores: moment.playbook.stores };
  const shown = kind ? catalog[kind][value(signal)]?.[field] : value(name);
  refuse([null, undefined, ""].includes(shown) || shown.length === 0, "missing-value");
  return shown;
}

/** The lines of the cart. */
export const cart = ({ k }) => k.map((line) => ({ item: line.split("*")[0], pieces: Number(line.split("*")[1]) }));

/** The item of the cart that was added last; where that is not known, its last line. */
export const lastAdded = (visit) => (cart(visit)[visit.t[0]?.split("*")[1]] ?? cart(visit).at(-1))?.item;

/** The first value of a parameter; an empty one is none. */
const parameter = ({ request }, name) =>
  request.query.find(([known, value]) => known === name && value !== null)?.[1] || null;

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
