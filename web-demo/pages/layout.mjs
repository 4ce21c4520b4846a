// What every page of the shop is wrapped in: head, header, footer, the two dialogs.
import { html } from "./html.mjs";
import { wordmark } from "./parts.mjs";

/** Kinds of pages whose middle is drawn by the script: they are not painted before it, so that nothing on them moves. */
const DRAWN = ["cart", "ordered"];

/** A whole page. `kind` is the page kind of the playbook, `here` the address that the navigation marks. */
export function layout({ title, description, kind, here, main, categories }) {
  const link = ([, category]) =>
    html`<li><a href="${category.url}"${category.url === here && html` aria-current="page"`}>${category.title}</a></li>
`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<meta name="description" content="${description}">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#f4efe6" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#141a1c" media="(prefers-color-scheme: dark)">
<link rel="icon" href="/img/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/vendor/cookieconsent.css">
<link rel="stylesheet" href="/shop.css">
<script type="module" src="/shop.js"${DRAWN.includes(kind) && html` blocking="render"`}></script>
</head>
<body class="page-${kind}">
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<a class="home" href="/" aria-label="Kveld, home">${wordmark}</a>
<nav aria-label="Shop"><ul>
${Object.entries(categories).map(link)}</ul></nav>
<div class="top-end">
<button class="why-button needs-js" type="button" data-why><svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><circle cx="10" cy="10" r="8.2" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M7.6 7.8a2.4 2.4 0 1 1 3.4 2.2c-.7.4-1 .8-1 1.7" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/><circle cx="10" cy="14.2" r="1.1" fill="currentColor"/></svg><span>Why do I see this?</span></button>
<a class="basket-link" href="/cart">Basket <span class="basket-count" data-basket-count aria-hidden="true">0</span></a>
</div>
</header>
<main id="main">
${main}</main>
<footer class="foot">
<div class="foot-inner">
<div class="foot-mark">${wordmark}<p>Lamps, desks and a few small things, from Bergen, for the part of the day after the sun has gone.</p></div>
<nav aria-label="Footer"><h2>The shop</h2><ul>
${Object.entries(categories).map(link)}<li><a href="/cart">Basket</a></li></ul></nav>
<div><h2>Your side of it</h2><ul>
<li><button class="plain needs-js" type="button" data-privacy>Privacy choices</button></li>
<li><button class="plain needs-js" type="button" data-why>Why do I see this?</button></li>
<li>Forgetful, unless you ask otherwise</li></ul></div>
<div><h2>The fine print</h2><p>Kveld is the demonstration shop of Parvis. It is not real: whatever you order, nobody pays and nobody packs it, which is a pity about the stool.</p></div>
</div>
</footer>
<p class="status" role="status" aria-live="polite" data-status></p>
<dialog class="look-dialog" data-look-dialog aria-labelledby="look-title"></dialog>
<dialog class="why" data-why-dialog aria-labelledby="why-title"></dialog>
</body>
</html>
`;
}
