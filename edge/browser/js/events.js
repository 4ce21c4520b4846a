/**
 * Events: bubbling `CustomEvent`s on the block's element, or on the document where there is none.
 *
 * `parvis:decision`, `parvis:applied`, `parvis:held`, `parvis:consent`, `parvis:error`.
 */

/**
 * @param {string} type without `parvis:`
 * @param {object} detail
 * @param {EventTarget | null} [target]
 */
export function emit(type, detail, target) {
  (target ?? document).dispatchEvent(new CustomEvent("parvis:" + type, { bubbles: true, detail }));
}

/**
 * Calls `listener` with the detail of each event of `type`.
 *
 * @param {string} type without `parvis:`
 * @param {(detail: any, event: CustomEvent) => void} listener
 * @returns {() => void} takes the listener away
 */
export function on(type, listener) {
  /** @param {Event} event */
  const hear = (event) => listener(/** @type {CustomEvent} */ (event).detail, /** @type {CustomEvent} */ (event));
  document.addEventListener("parvis:" + type, hear);
  return () => document.removeEventListener("parvis:" + type, hear);
}
