// The order: the shop's own session cookie `shop-order` holds the last one, for the page that confirms it.
// That page tells it to Parvis once; `told.` before the lines says that it was.
import { items } from "./catalog.js";
import { el } from "./dom.js";
import { keep, price, read, sum, value, written } from "./lines.js";
import { tell } from "./parvis.js";

const COOKIE = "shop-order";
const TOLD = "told.";

/** Keeps an order and goes to the page that confirms it. */
export function place(lines) {
  keep(COOKIE, written(lines));
  location.assign("/ordered");
}

/** Draws the order on the page that confirms it, and tells Parvis what was bought. */
export function confirm() {
  const page = document.querySelector("[data-order]");
  const bought = read(COOKIE);
  if (!page || bought.length === 0) return;
  page.querySelector(".order-none").hidden = true;
  page.append(el("div", { class: "order-full" },
    el("p", { class: "basket-empty" }, "Thank you. It leaves with the night train, and your basket is empty again."),
    el("ul", {}, bought.map(line)),
    el("p", { class: "total" }, el("span", {}, "Together"), el("span", {}, sum(bought))),
    el("p", { class: "note" }, "Kveld is a demonstration shop: nothing is paid, and nothing will come.")));
  if (value(COOKIE).startsWith(TOLD)) return;
  // Before it is told: whoever reloads meanwhile has not bought it twice.
  keep(COOKIE, TOLD + written(bought));
  tell((parvis) => parvis.bought(bought));
}

function line({ item, quantity }) {
  const { title, url, image } = items[item];
  return el("li", { class: "line" },
    el("img", { src: image, alt: "", width: 96, height: 96 }),
    el("div", {}, el("a", { href: url }, title), el("br"), `${quantity} ${quantity === 1 ? "piece" : "pieces"}`),
    el("span", { class: "line-price" }, price({ item, quantity })));
}
