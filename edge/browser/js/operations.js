/**
 * What variants do to blocks beyond replacing them: setting parts, and bringing the blocks of a group into an order.
 *
 * Both do everything or nothing, and give what takes it back: nodes stay the page's own, with their listeners and state.
 */

import { nodesOf } from "./dom.js";

/** @typedef {import("./dom.js").Place} Place */

/** Elements that are never parts, as at the edge. */
const REFUSED = /^(script|style|link|meta|base|iframe|object|embed|applet|frame|frameset|template|html|head|body|animate|animatemotion|animatetransform|set)$/i;

/**
 * Sets the parts of a block.
 *
 * @param {Place} place
 * @param {ParentNode} changes an element for each, with the part's name and text or attribute
 * @returns {() => void} what takes it back
 */
export function setParts(place, changes) {
  /** @type {(() => void)[]} */
  const undo = [];
  const inside = nodesOf(place).filter((node) => node instanceof Element);
  const found = [...changes.children].map((change) => {
    const name = change.getAttribute("data-part") ?? "";
    const named = `[data-part="${CSS.escape(name)}"]`;
    const parts = inside.flatMap((node) => [...(node.matches(named) ? [node] : []), ...node.querySelectorAll(named)]);
    if (parts.length !== 1 || REFUSED.test(parts[0].localName)) throw new Error(`the block has not one part \`${name}\``);
    return /** @type {const} */ ([parts[0], change]);
  });
  for (const [part, change] of found) {
    const attribute = [...change.attributes].find(({ name }) => name !== "data-part");
    if (attribute) {
      const { name, value } = attribute;
      const before = part.getAttribute(name);
      part.setAttribute(name, value);
      undo.push(() => (before === null ? part.removeAttribute(name) : part.setAttribute(name, before)));
    } else {
      const before = [...part.childNodes];
      part.textContent = change.textContent;
      undo.push(() => part.replaceChildren(...before));
    }
  }
  return () => undo.reverse().forEach((take) => take());
}

/** The ids of an order: those that come first, and the others. @param {string} order @returns {string[][]} */
export const idsOf = (order) => order.split("/").map((ids) => ids.split(" ").filter(Boolean));

/**
 * The blocks of a group in the order of the page; nothing unless all are there, side by side.
 *
 * @param {Map<string, Place>} places in the order of the page
 * @param {string[]} ids
 * @returns {[string, Place][] | undefined}
 */
export function groupOf(places, ids) {
  const group = [...places].filter(([id]) => ids.includes(id));
  const apart = group.every(([, one]) => group.every(([, other]) => one === other || !holds(one, other)));
  return apart && group.length === ids.length ? group : undefined;
}

/** The nodes of a block with its markers. @param {Place} place @returns {Node[]} */
const whole = (place) => (place.open ? [place.open, ...nodesOf(place), /** @type {Comment} */ (place.close)] : [place.element]);

/** @param {Place} outer @param {Place} inner */
const holds = (outer, inner) => whole(outer).some((node) => node.contains(inner.open ?? inner.element));

/**
 * Brings the blocks of a group into this order; what lies between them stays where it is.
 *
 * @param {[string, Place][]} group in the order of the page
 * @param {string[]} order their ids
 */
export function arrange(group, order) {
  if (group.every(([id], at) => id === order[at])) return;
  const units = new Map(group.map(([id, place]) => [id, whole(place)]));
  const slots = group.map(([id]) => {
    const slot = document.createComment("");
    const first = /** @type {Node[]} */ (units.get(id))[0];
    first.parentNode?.insertBefore(slot, first);
    return slot;
  });
  slots.forEach((slot, at) => slot.replaceWith(...(units.get(order[at]) ?? [])));
}

/**
 * Brings blocks that stand side by side in another order than this one back into it.
 *
 * @param {Map<string, Place>} places in the order of the page
 * @param {string[]} usual ids in the order that the page has by default
 */
export function rearrange(places, usual) {
  const now = [...places.keys()].filter((id) => usual.includes(id));
  const then = usual.filter((id) => places.has(id));
  const moved = then.filter((id, at) => id !== now[at]);
  const group = groupOf(places, moved);
  if (group) arrange(group, moved);
}
