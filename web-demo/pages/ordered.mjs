// The page that confirms an order. Its lines are drawn by shop.js from the shop's own session cookie.
import { html } from "./html.mjs";
import { nearYou } from "./blocks.mjs";

export function ordered() {
  return html`<section class="band band-first basket" aria-labelledby="order-title">
<div class="band-head band-head-wide"><p class="eyebrow">Order</p><h1 id="order-title">What you have ordered</h1></div>
<div class="basket-grid">
<div class="basket-lines" data-order>
<p class="basket-empty order-none">Nothing that this browser remembers. Orders are forgotten when you close it.</p>
</div>
${nearYou()}</div>
<p class="actions order-on"><a class="button" href="/">Back to the front page</a> <a class="arrow" href="/#all">All twelve things</a></p>
</section>
`;
}
