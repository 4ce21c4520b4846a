/**
 * From text to nodes, under a Trusted Types policy named `parvis` where the page asks for one.
 *
 * The texts are variants of the site's own playbook, checked and escaped by the engine, or the site's own page.
 */

/** @type {{ createHTML(html: string): any } | undefined} */
let policy;

/** @param {string} html */
function trusted(html) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  policy ??= types?.createPolicy("parvis", { createHTML: (/** @type {string} */ text) => text });
  return policy ? policy.createHTML(html) : html;
}

/** The nodes of a piece of HTML. @param {string} html @returns {DocumentFragment} */
export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = trusted(html);
  return document.importNode(template.content, true);
}

/** A page's document, inert: nothing in it runs or loads. @param {string} html @returns {Document} */
export const page = (html) => new DOMParser().parseFromString(trusted(html), "text/html");
