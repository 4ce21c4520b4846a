// Kveld's script: basket, order, consent banner, quick look, and the panel "why do I see this?".
// Every part stands alone; a page without any of them is still a page.
import { add, lines, show } from "./js/basket.js";
import { ask, openChoices } from "./js/consent.js";
import { confirm } from "./js/order.js";
import { tell } from "./js/parvis.js";
import { listen } from "./js/quick-look.js";
import { panel } from "./js/why.js";

show();
confirm();
listen();
panel();
ask();

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-add], [data-privacy]");
  if (target?.dataset.add) add(target.dataset.add);
  else if (target) openChoices();
});

const basket = lines();
if (basket.length > 0) tell((parvis) => parvis.cart(basket));
addEventListener("pageshow", (event) => { if (event.persisted) show(); });
