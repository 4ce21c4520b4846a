// A category page: what it is about, and its four things.
import { html } from "./html.mjs";
import { card } from "./parts.mjs";
import { recentlySeen } from "./blocks.mjs";

export function category(id, { title, lead, text }, { items }) {
  const own = Object.entries(items).filter(([, item]) => item.category === id);
  return html`<section class="band band-first" aria-labelledby="category-title">
<div class="band-head band-head-wide"><p class="eyebrow">${title}</p><h1 id="category-title">${lead}</h1><p>${text}</p></div>
<ul class="cards cards-large">
${own.map(([item, entry]) => card(item, entry, { line: true }))}</ul>
</section>
${recentlySeen(items)}`;
}
