// Quick look: a product seen without leaving the page. Parvis is told, and blocks on the page may follow.
import { add } from "./basket.js";
import { items } from "./catalog.js";
import { announce, el, isBackdrop } from "./dom.js";
import { tell } from "./parvis.js";

const dialog = document.querySelector("[data-look-dialog]");
let followed = false;
let opener = null; // the button that opened the dialog
let around = null; // the block it stood in, if any

/** Listens for quick-look buttons, those in blocks that are swapped later included. */
export function listen() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-look]");
    if (!button || !Object.hasOwn(items, button.dataset.look)) return;
    opener = button;
    around = button.closest("[data-block]");
    open(button.dataset.look);
  });
  document.addEventListener("parvis:applied", () => { followed = dialog.open; });
  dialog.addEventListener("click", (event) => { if (isBackdrop(event, dialog)) dialog.close(); });
  dialog.addEventListener("close", () => {
    if (opener && !opener.isConnected) successor()?.focus({ preventScroll: true });
    if (followed) announce("This page now follows what you looked at.");
    followed = false;
  });
}

/** Where focus goes when the block of the button was swapped meanwhile: the same button there, or the first of its kind. */
function successor() {
  const block = around ?? document;
  return block.querySelector(`[data-look="${CSS.escape(opener.dataset.look)}"]`) ?? block.querySelector("a, button");
}

function open(id) {
  const { title, url, image, price, category, line, text, alt } = items[id];
  dialog.replaceChildren(
    el("img", { src: image, alt, width: 600, height: 600 }),
    el("div", { class: "look-text" },
      el("h2", { id: "look-title" }, title),
      el("p", { class: "lead" }, line),
      el("p", {}, text),
      el("p", { class: "price" }, price),
      el("p", { class: "actions" },
        el("button", { class: "button", type: "button", onclick: () => { dialog.close(); add(id); } }, "Put in the basket"),
        el("a", { class: "arrow", href: url }, "The whole page"))),
    el("button", { class: "close", type: "button", "aria-label": "Close", onclick: () => dialog.close() }, "×"));
  followed = false;
  dialog.showModal();
  tell((parvis) => parvis.view({ item: id, category }));
}
