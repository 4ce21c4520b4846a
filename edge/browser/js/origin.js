/**
 * Default content that an edge replaced before the page came here: from the same page, asked for again.
 */

import { findBlocks, nodesOf } from "./dom.js";
import { emit } from "./events.js";
import { page } from "./html.js";

/**
 * Asks for the page as somebody would get it of whom nothing is known: what a block shows then is its default content.
 *
 * @param {string} marker
 * @returns {import("./page.js").Origin}
 */
export function anonymously(marker) {
  return from(() => again("omit", marker));
}

/**
 * Asks for the page after the visitor withdrew, with their cookies, so that the edge deletes those that scripts cannot
 * reach. Should that fail, a block is emptied: what was withdrawn does not stay on the screen.
 *
 * @param {string} marker
 * @returns {import("./page.js").Origin}
 */
export function afterWithdrawal(marker) {
  const blocks = again("same-origin", marker);
  blocks.catch((error) => emit("error", { reason: "page", message: String(error) }));
  const origin = from(() => blocks);
  return Object.assign((/** @type {string} */ block) => origin(block).catch(() => []), { order: origin.order });
}

/** @param {() => Promise<Map<string, import("./dom.js").Place>>} ask @returns {import("./page.js").Origin} */
function from(ask) {
  /** @type {ReturnType<typeof ask> | undefined} */
  let blocks;
  const defaults = async (/** @type {string} */ block) => {
    const place = (await (blocks ??= ask())).get(block);
    if (!place) throw new Error(`the page has no block \`${block}\``);
    return nodesOf(place).map((node) => document.importNode(node, true));
  };
  const order = async (/** @type {string[]} */ ids) => {
    const found = [...(await (blocks ??= ask())).keys()].filter((id) => ids.includes(id));
    if (found.length !== ids.length) throw new Error(`the page has not all blocks of \`${ids.join(" ")}\``);
    return found;
  };
  return Object.assign(defaults, { order });
}

/** @param {RequestCredentials} credentials @param {string} marker */
async function again(credentials, marker) {
  const response = await fetch(location.href, { cache: "no-store", credentials, redirect: "error" });
  if (!response.ok) throw new Error(`the page answered with status ${response.status}`);
  return findBlocks(page(await response.text()), marker);
}
