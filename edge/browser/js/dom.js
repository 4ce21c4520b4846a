/**
 * Blocks in the DOM: finding them by attribute or by comments, and putting nodes into them.
 *
 * Only what lies inside a block is touched, in place. A block that cannot be delimited safely is not found at all, and
 * one that the visitor is busy in is reported as busy; to wait is up to the caller.
 */

/**
 * @typedef {object} Place where a block is
 * @property {Element} element the marked element, or the one around the comments: where events are dispatched
 * @property {Comment} [open] the comment before the content
 * @property {Comment} [close] the comment behind it, under the same parent
 */

/** What a marker says, with blanks around it: as long as the edge reads it (src/html/tokenizer.rs). */
const COMMENT = /^(?=[^]{0,87}$)[ \t\n\f\r]*(\/?)block:([\w.:-]{1,64})[ \t\n\f\r]*$/;

/**
 * The blocks of `root`; of a block that occurs twice the first counts.
 *
 * @param {Node} root
 * @param {string} marker the attribute that marks blocks
 * @returns {Map<string, Place>}
 */
export const findBlocks = (root, marker) => firsts(findAll(root, marker));

/** The first place of each block. @param {Map<string, Place[]>} found @returns {Map<string, Place>} */
export const firsts = (found) => new Map([...found].map(([id, [first]]) => [id, first]));

/**
 * Every place of every block of `root`, itself included.
 *
 * @param {Node} root
 * @param {string} marker the attribute that marks blocks
 * @returns {Map<string, Place[]>}
 */
export function findAll(root, marker) {
  /** @type {Map<string, Place[]>} */
  const found = new Map();
  const open = new Map();
  const put = (/** @type {string} */ id, /** @type {Place} */ place) => void found.set(id, [...(found.get(id) ?? []), place]);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  for (let node = /** @type {Node | null} */ (root); node; node = walker.nextNode()) {
    if (node.nodeType === Node.COMMENT_NODE) {
      const comment = /** @type {Comment} */ (node);
      const [, closes, id] = COMMENT.exec(comment.data) ?? [];
      if (!id) continue;
      if (!closes) {
        if (!open.has(id)) open.set(id, comment);
      } else if (open.get(id)?.parentNode === comment.parentNode && comment.parentElement) {
        put(id, { element: comment.parentElement, open: open.get(id), close: comment });
        open.delete(id);
      }
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      const element = /** @type {Element} */ (node);
      const id = element.getAttribute(marker);
      if (id && !open.has(id)) put(id, { element });
    }
  }
  return found;
}

/** The nodes inside a block. @param {Place} place @returns {Node[]} */
export function nodesOf({ element, open, close }) {
  if (!open) return [...element.childNodes];
  const nodes = [];
  for (let node = open.nextSibling; node && node !== close; node = node.nextSibling) nodes.push(node);
  return nodes;
}

/**
 * Puts `nodes` into the block and returns what was there.
 *
 * @param {Place} place
 * @param {Node[]} nodes
 * @returns {Node[]}
 */
export function replace(place, nodes) {
  const before = nodesOf(place);
  const { element, close } = place;
  for (const node of before) node.parentNode?.removeChild(node);
  for (const node of nodes) element.insertBefore(node, close ?? null);
  return before;
}

/**
 * Whether the visitor is busy in the block: the focus or a piece of the selection is inside.
 *
 * @param {Place} place
 */
export function isBusy(place) {
  const { activeElement } = document;
  const selection = getSelection();
  const range = selection?.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  return nodesOf(place).some((node) => node.contains(activeElement) || range?.intersectsNode(node));
}

/** Copies of nodes, for another document too. @param {Node[]} nodes */
export const copies = (nodes) => nodes.map((node) => document.importNode(node, true));

/** Whether a block holds what these nodes are. @param {Place} place @param {Node[]} nodes */
export function holds(place, nodes) {
  const inside = nodesOf(place);
  return inside.length === nodes.length && inside.every((node, at) => node.isEqualNode(nodes[at]));
}
