/** Lists that templates show: what they hold, what is left out, and in which order the others come. */

import { hides } from "./playbook.mjs";
import { refuse } from "./refusal.mjs";
import { read } from "./signal.mjs";
import { code } from "./visitor.mjs";

/** The elements of what `{{#each …}}` says, each with the name of a signal that names the like. */
export function list(moment, said) {
  const [, name, by, except = ""] = said.match(/^(\S+)(?: \d+)?(?: by (\w+))?(?: except (.+))?$/);
  const { inBrowser, visit, memory, keeps, allowed, playbook: { catalog: { items }, stores } } = moment;
  const has = (word) => except.includes(word);
  const [ids, like] = all(moment, name);
  if (by === "interest") read(moment, "visitor.favorite_category");
  const seen = by === "recent" ? read(moment, "visit.items") : [];
  const cart = has("cart") ? read(moment, "visit.cart") : [];
  refuse(has("bought") && !(allowed.visit && allowed.memory), "not-permitted");
  const others = has("shown") ? moment.others.filter(({ block }) => block !== moment.block) : [];
  if (has("shown")) moment.alsoNeeds = moment.others.reduce((all, { needs }) => all | needs, 0);
  refuse(others.some(({ id }) => id === null), "edge-only");
  const isIt = (id) => (past) => past.startsWith(`1${code(id)}`);
  const waits = (id) => has("bought") && visit.p.some(isIt(id));
  if (has("bought") && ids.length > 0) moment.touched.add("visitor.past");
  const unknown = has("bought") && ids.some((id) => !waits(id));
  refuse(unknown && !inBrowser && !keeps, "no-storage");
  refuse(unknown && inBrowser, ids.some(waits) ? "suppressed" : "edge-only");
  const isBought = (id) => waits(id) || (unknown && memory.past.some(isIt(id)));
  const isOut = (id) => cart.includes(id) || isBought(id) || others.some((other) => other.id === id);
  const ranks = {
    recent: (id) => place(seen, id),
    interest: (id) => -(memory.interests[items[id]?.category] ?? -Infinity),
    price: (id) => items[id]?.amount ?? Infinity,
    catalog: (id) => place(Object.keys(like === "place.stores" ? stores : items), id),
  };
  const rank = ranks[by] ?? (() => 0);
  const order = (a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b));
  return ids.filter((id) => !isOut(id)).sort(order).slice(0, 64).map((id) => ({ id, list: like }));
}

const place = (all, id) => (all.includes(id) ? all.indexOf(id) : Infinity);

/** What a list holds, in its own order. */
function all(moment, name) {
  const { catalog: { items }, stores } = moment.playbook;
  const [, of = ""] = name.match(/^(.+)\.items$/) ?? [];
  const known = (signal) => {
    const value = read(moment, signal);
    refuse(value === null, "missing-value");
    return value;
  };
  const isOf = (wanted) => (id) => (!wanted || items[id].category === wanted) && !hides(moment.playbook, id);
  if (name === "stores") return [Object.keys(stores), "place.stores"];
  const listed = (wanted) => [Object.keys(items).filter(isOf(wanted)), "page.item"];
  if (of.startsWith("catalog")) return listed(of.slice(8));
  if (of.includes(".")) return listed(known(of));
  return [known(name).filter((_, at) => !moment.leftOut?.[name]?.has(at)), name];
}
