// Lines of goods as the shop's own cookies hold them, `id*quantity.id*quantity`, and what they cost.
import { items } from "./catalog.js";

export const MOST = 9; // pieces of one thing

/** What a cookie holds; empty without one. */
export function value(cookie) {
  const pair = document.cookie.split("; ").find((pair) => pair.startsWith(`${cookie}=`));
  return (pair ?? "").slice(cookie.length + 1);
}

/** The lines of a cookie; whatever is not a product of the shop is left out. */
export function read(cookie) {
  const found = new Map();
  for (const part of value(cookie).split(".")) {
    const [item, count] = part.split("*");
    const quantity = Math.trunc(Number(count));
    if (Object.hasOwn(items, item) && quantity >= 1) found.set(item, Math.min(quantity, MOST));
  }
  return [...found].map(([item, quantity]) => ({ item, quantity }));
}

/** Keeps a value until the browser is closed; an empty one removes the cookie. */
export function keep(cookie, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${cookie}=${value}; Path=/; SameSite=Lax${secure}${value ? "" : "; Max-Age=0"}`;
}

/** The lines as a cookie holds them. */
export function written(lines) {
  return lines.map(({ item, quantity }) => `${item}*${quantity}`).join(".");
}

/** What so many pieces of a thing cost. */
export function price({ item, quantity }) {
  return euros(amount(item) * quantity);
}

/** What all of it costs. */
export function sum(lines) {
  return euros(lines.reduce((all, { item, quantity }) => all + amount(item) * quantity, 0));
}

function amount(item) {
  return Number.parseInt(items[item].price, 10);
}

function euros(value) {
  return `${value.toLocaleString("en").replace(",", " ")} €`;
}
