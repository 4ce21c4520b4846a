/**
 * Default content that an edge replaced before the page came here: from the same page, asked for again.
 */

import { copies, findAll, findBlocks, nodesOf } from "./dom.js";
import { emit } from "./events.js";
import { page } from "./html.js";
import { toldBy } from "./timing.js";

/**
 * Asks for the page as somebody would get it of whom nothing is known: what a block shows then is its default content.
 *
 * @param {string} marker
 * @returns {import("./page.js").Origin}
 */
export function anonymously(marker) {
  const ask = async () => findBlocks(page((await fetched("omit"))[0]), marker);
  /** @type {ReturnType<typeof ask> | undefined} */
  let blocks;
  const defaults = async (/** @type {string} */ block) => {
    const place = (await (blocks ??= ask())).get(block);
    if (!place) throw new Error(`the page has no block \`${block}\``);
    return copies(nodesOf(place));
  };
  const order = async (/** @type {string[]} */ ids) => {
    const found = [...(await (blocks ??= ask())).keys()].filter((id) => ids.includes(id));
    if (found.length !== ids.length) throw new Error(`the page has not all blocks of \`${ids.join(" ")}\``);
    return found;
  };
  return Object.assign(defaults, { order });
}

/**
 * Asks for the page as the edge sends it now, with the visitor's cookies: it deletes those that scripts cannot reach. Should that
 * fail, there is nothing: what was taken away does not come back.
 *
 * @param {string} marker
 * @returns {Promise<{ found: Map<string, import("./dom.js").Place[]>, told?: import("./timing.js").Told }>}
 */
export async function anew(marker) {
  try {
    const [html, told] = await fetched("same-origin");
    return { found: findAll(page(html), marker), told };
  } catch (error) {
    emit("error", { reason: "page", message: String(error) });
    return { found: new Map() };
  }
}

/** @param {RequestCredentials} credentials @returns {Promise<[string, import("./timing.js").Told]>} */
async function fetched(credentials) {
  const response = await fetch(location.href, { cache: "no-store", credentials, redirect: "error" });
  if (!response.ok) throw new Error(`the page answered with status ${response.status}`);
  return [await response.text(), toldBy(response)];
}
