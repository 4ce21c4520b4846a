// What stands at an address where nothing does.
import { html } from "./html.mjs";
import { card } from "./parts.mjs";

export function missing({ items }) {
  return html`<section class="band band-first" aria-labelledby="missing-title">
<div class="band-head band-head-wide"><p class="eyebrow">Nothing here</p><h1 id="missing-title">The lamp in this room is off.</h1><p>There is no page at this address. These are at theirs.</p></div>
<ul class="cards">
${["desk-lamp", "dome-pendant", "reading-lamp", "paper-moon"].map((id) => card(id, items[id]))}</ul>
</section>
`;
}
