// The home page: five blocks with good default content, then all twelve things.
import { html } from "./html.mjs";
import { card, small } from "./parts.mjs";
import { forYou, nearYou, offers, recentlySeen } from "./blocks.mjs";

export function home({ items }) {
  return html`<section class="block" id="hero" data-block="hero" aria-label="Welcome">
<div class="hero">
<div class="hero-text">
<p class="eyebrow">Bergen, half past four</p>
<h1>Light for the long evenings.</h1>
<p class="lead">We make four lamps, four things to sit and work at, and four small objects. Then we stopped, because it was enough.</p>
<p class="actions"><a class="button" href="/c/lighting">See the lamps</a> <a class="arrow" href="#all">All twelve things</a></p>
</div>
<img class="hero-picture" src="/img/evening.svg" alt="A red lamp on an oak desk by a window at dusk; a black cat on the sill." width="1000" height="1000">
</div>
</section>
${recentlySeen(items)}${forYou(items)}<div class="pair">
${offers()}${nearYou()}</div>
<section class="band" id="all" aria-labelledby="all-title">
<div class="band-head"><h2 id="all-title">Twelve things. Here they are.</h2>
<p>No collections and no drops. When one of them gets better we change it, and sell the parts to everybody who has the old one.</p></div>
<ul class="cards">
${Object.entries(items).map(([id, item]) => card(id, item, { line: true }))}</ul>
</section>
<section class="notes" aria-label="How we work">
<div><h2>Made to be mended</h2><p>Every switch, cable, runner and joint has a number and a price. Write the number on a postcard and we send the part.</p></div>
<div><h2>Two visits a year</h2><p>That is how often we think you should need us. Nobody will write to ask how you liked the stool.</p></div>
<div><h2>A short memory</h2><p>The shop can remember what you looked at, if you say so. It shows you what it remembers, and forgets when told.</p></div>
</section>
`;
}
