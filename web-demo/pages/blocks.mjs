// Default content of the blocks that several pages carry.
import { html } from "./html.mjs";
import { card, small } from "./parts.mjs";

export function recentlySeen(items) {
  return html`<section class="block" id="recently-seen" data-block="recently-seen" aria-label="Recently">
<div class="strip">
<div class="strip-head"><h2>New on the bench</h2><p>The latest four to leave the workshop.</p></div>
<ul>
${["wall-desk", "paper-moon", "pen-tray", "stool"].map((id) => small(items[id]))}</ul>
</div>
</section>
`;
}

export function forYou(items) {
  return html`<section class="block" id="for-you" data-block="for-you" aria-label="Suggestions">
<div class="band">
<div class="band-head"><h2>Where most people start</h2><p>One lamp, one desk, one seat, one thing to put on it.</p></div>
<ul class="cards">
${["desk-lamp", "oak-desk", "stool", "wool-mat"].map((id) => card(id, items[id]))}</ul>
</div>
</section>
`;
}

export function offers() {
  return html`<section class="block" id="offers" data-block="offers" aria-label="Offer">
<div class="panel panel-offer panel-lamp">
<p class="eyebrow">The old one</p>
<h2>Send us your tired lamp.</h2>
<p>Ours or anybody’s. We mend it or melt it, and take a tenth off your next one. No code and no date: it has been like this since 1987.</p>
<p class="actions"><a class="arrow" href="/c/lighting">Lamps to follow it</a></p>
</div>
</section>
`;
}

export function nearYou() {
  return html`<section class="block" id="near-you" data-block="near-you" aria-label="Delivery">
<div class="panel panel-near">
<p class="eyebrow">Delivery</p>
<h2>Anywhere the post goes.</h2>
<p>By rail from Bergen, then by whoever brings your letters. Most of Europe in a week, the rest of the world in three. Small things travel for 6 €, desks for 45 €.</p>
</div>
</section>
`;
}
