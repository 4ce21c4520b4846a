// The basket: the shop's own session cookie `shop-cart`, written only when the visitor puts something in.
// Strictly necessary, so it asks no consent; Parvis is told only what it may use.
import { items } from "./catalog.js";
import { announce, el } from "./dom.js";
import { keep, MOST, price, read, sum, written } from "./lines.js";
import { place } from "./order.js";
import { tell } from "./parvis.js";

const COOKIE = "shop-cart";

/** The lines of the basket. */
export function lines() {
  return read(COOKIE);
}

/** Sets how many of a thing are in the basket; zero takes it out. */
export function put(item, quantity) {
  const others = lines().filter((line) => line.item !== item);
  const kept = quantity > 0 ? [...others, { item, quantity: Math.min(quantity, MOST) }] : others;
  const order = new Map(lines().map((line, place) => [line.item, place]));
  kept.sort((a, b) => (order.get(a.item) ?? order.size) - (order.get(b.item) ?? order.size));
  keep(COOKIE, written(kept));
  show();
  tell((parvis) => parvis.cart(kept));
}

/** One more of a thing. */
export function add(item) {
  const quantity = (lines().find((line) => line.item === item)?.quantity ?? 0) + 1;
  put(item, quantity);
  announce(`${items[item].title} is in the basket.`);
}

/** Draws the count in the header and, on the basket page, the lines. */
export function show() {
  const now = lines();
  const pieces = now.reduce((sum, line) => sum + line.quantity, 0);
  for (const count of document.querySelectorAll("[data-basket-count]")) {
    count.textContent = String(pieces);
    count.toggleAttribute("data-full", pieces > 0);
    count.closest("a")?.setAttribute("aria-label", `Basket, ${pieces} ${pieces === 1 ? "piece" : "pieces"}`);
  }
  const place = document.querySelector("[data-basket]");
  if (!place) return;
  const empty = place.querySelector(".basket-empty");
  empty.hidden = now.length > 0;
  const focus = document.activeElement?.getAttribute("aria-label");
  place.querySelector(".basket-full")?.remove();
  if (now.length === 0) return;
  place.append(el("div", { class: "basket-full" }, el("ul", {}, now.map(line)), total(now),
    el("p", { class: "till" }, el("button", { class: "button", type: "button", onclick: order }, "Place the order")),
    el("p", { class: "note" }, "Kveld is a demonstration shop: nobody asks who you are, nothing is paid, and nothing will come.")));
  if (focus) [...place.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === focus)?.focus();
}

/** Orders what is in the basket, which is empty from then on. Parvis is told on the next page: here it would be a removal. */
function order() {
  const bought = lines();
  if (bought.length === 0) return;
  keep(COOKIE, "");
  place(bought);
}

function line({ item, quantity }) {
  const { title, url, image } = items[item];
  const step = (change, sign, label) =>
    el("button", { type: "button", "aria-label": `${label} ${title}`, onclick: () => put(item, quantity + change) }, sign);
  return el("li", { class: "line" },
    el("img", { src: image, alt: "", width: 96, height: 96 }),
    el("div", {}, el("a", { href: url }, title), el("br"),
      el("span", { class: "amount" }, step(-1, "−", "One fewer"), el("output", {}, String(quantity)), step(1, "+", "One more"))),
    el("span", { class: "line-price" }, price({ item, quantity })));
}

function total(now) {
  return el("p", { class: "total" }, el("span", {}, "Together"), el("span", {}, sum(now)));
}
