// The basket. Its lines are drawn by shop.js from the shop's own session cookie.
import { html } from "./html.mjs";
import { forYou, nearYou } from "./blocks.mjs";

export function cart({ items }) {
  return html`<section class="band band-first basket" aria-labelledby="basket-title">
<div class="band-head band-head-wide"><p class="eyebrow">Basket</p><h1 id="basket-title">What you have put aside</h1></div>
<div class="basket-grid">
<div class="basket-lines" data-basket>
<noscript><p class="note">The basket needs JavaScript. A postcard works too: Kveld, Kveldsbakken 1, Bergen.</p></noscript>
<p class="basket-empty needs-js">Nothing yet. Baskets are emptied when you close the browser; until then nobody hurries you.</p>
</div>
${nearYou()}</div>
</section>
${forYou(items)}`;
}
