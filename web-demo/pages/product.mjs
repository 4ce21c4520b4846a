// A product page.
import { html } from "./html.mjs";
import { card } from "./parts.mjs";
import { nearYou, offers } from "./blocks.mjs";

export function product(id, item, { items, categories }) {
  const category = categories[item.category];
  const siblings = Object.keys(items).filter((other) => items[other].category === item.category && other !== id);
  const others = [...new Set([...item.with, ...siblings])].slice(0, 4);
  return html`<article class="product">
<div class="product-picture"><img src="${item.image}" alt="${item.title}, drawn." width="600" height="600"></div>
<div class="product-text">
<p class="eyebrow"><a href="${category.url}">${category.title}</a></p>
<h1>${item.title}</h1>
<p class="lead">${item.line}</p>
<p>${item.text}</p>
<p class="price">${item.price}</p>
<div class="buy needs-js"><button class="button" type="button" data-add="${id}">Put in the basket</button></div>
<noscript><p class="note">The basket needs JavaScript. A postcard works too: Kveld, Kveldsbakken 1, Bergen.</p></noscript>
<dl class="facts">
${Object.entries(item.facts).map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>
`)}</dl>
</div>
</article>
<div class="pair">
${offers()}${nearYou()}</div>
<section class="band" aria-labelledby="with-title">
<div class="band-head"><h2 id="with-title">Keeps good company with</h2></div>
<ul class="cards">
${others.map((other) => card(other, items[other]))}</ul>
</section>
`;
}
