// The parts that pages share: a product card, a row of cards, the wordmark.
import { html } from "./html.mjs";

/** A product card, the same markup as in the templates of `playbook.json`. */
export function card(id, item, { line = false } = {}) {
  return html`<li class="card"><a href="${item.url}"><img src="${item.image}" alt="" width="600" height="720" loading="lazy"><b>${item.title}</b> <span>${item.price}</span></a>${line && html`<p>${item.line}</p>`}<button class="look needs-js" type="button" data-look="${id}" aria-label="Quick look at ${item.title}">Quick look</button></li>
`;
}

/** A small card for the strip of things seen. */
export function small(item) {
  return html`<li><a href="${item.url}"><img src="${item.image}" alt="" width="600" height="600" loading="lazy"><b>${item.title}</b> <span>${item.price}</span></a></li>
`;
}

/** kveld: Norwegian for evening. The bowl of the d is a setting sun. */
export const wordmark = html`<svg class="wordmark" viewBox="0 0 178 52" width="107" height="31" aria-hidden="true"><g fill="none" stroke="currentColor" stroke-width="7"><path d="M7 2v46M10 32 30 17M16 28l16 20M40 17l13 29 13-29M75 33h30a15 15 0 1 0-5 11M121 2v46M171 2v46"/></g><path class="wordmark-sun" d="M133 33a17 17 0 0 1 34 0z"/><path d="M133 37h34a17 13 0 0 1-34 0z" fill="currentColor"/></svg>`;
