/**
 * The page: what each block shows, and bringing it to what was decided, in place.
 *
 * Default content is kept while something else is shown, so that it can come back. What an edge replaced was never
 * here: then it is taken from the page as the edge sends it now.
 */

import { findBlocks, isBusy, nodesOf, replace } from "./dom.js";
import { emit } from "./events.js";
import { fragment } from "./html.js";

/**
 * @typedef {import("./wire.js").Decision} Decision
 * @typedef {import("./timing.js").Shown} Shown
 * @typedef {import("./dom.js").Place} Place
 * @typedef {(block: string) => Promise<Node[]>} Origin gives the default content of a block that is not in the page
 */

const LEAVING = ["focusout", "selectionchange"];

export class Page {
  /** What blocks show now. @type {Map<string, Shown>} */
  shown;
  marker = "data-block";
  /** The engine's latest decision on each block, shown or not. @type {Map<string, Decision>} */
  #decided = new Map();
  /** Default content of blocks that show something else. @type {Map<string, Node[]>} */
  #defaults = new Map();
  /** The own `display` of elements that are hidden. @type {Map<string, string>} */
  #hidden = new Map();
  /** Decisions that wait for the visitor to leave the block. @type {Map<string, [Decision, Origin]>} */
  #held = new Map();

  /** @param {Map<string, Shown>} shown what the edge decided, if there is one */
  constructor(shown) {
    this.shown = shown;
  }

  /** Says what the edge has decided. */
  announce() {
    const places = findBlocks(document, this.marker);
    for (const shown of this.shown.values()) emit("decision", shown, places.get(shown.block)?.element);
  }

  /** Whether the engine has decided this page before. */
  get isDecided() {
    return this.#decided.size > 0;
  }

  /** Takes note of decisions without showing them. @param {Decision[]} decisions */
  note(decisions) {
    for (const decision of decisions) this.#decided.set(decision.block, decision);
  }

  /** Forgets what was decided on a block, so that the next decision is compared with what it shows. @param {string} block */
  forget(block) {
    this.#decided.delete(block);
  }

  /** Shows what has changed with these decisions. @param {Decision[]} decisions @param {Origin} origin */
  async show(decisions, origin) {
    const changed = decisions.filter((decision) => this.#isChanged(decision));
    this.note(decisions);
    if (changed.length === 0) return;
    const places = findBlocks(document, this.marker);
    for (const decision of changed) {
      const place = places.get(decision.block);
      emit("decision", shownBy(decision), place?.element);
      this.#held.delete(decision.block);
      if (!place) continue;
      if (isBusy(place)) this.#hold(decision, place, origin);
      else await this.#place(decision, place, origin);
    }
  }

  /** Forgets what waits. */
  destroy() {
    this.#held.clear();
    for (const type of LEAVING) document.removeEventListener(type, this.#release);
  }

  /** Whether a decision asks for something else than the one before. @param {Decision} decision */
  #isChanged({ block, campaign, variant, reason, content }) {
    // What only the edge can see is the edge's to decide.
    if (reason === "out-of-sight") return false;
    const before = this.#decided.get(block);
    if (before) return before.campaign !== campaign || before.variant !== variant || before.content !== content;
    const shown = this.shown.get(block);
    return !shown || shown.campaign !== campaign || shown.variant !== variant;
  }

  /** @param {Decision} decision @param {Place} place @param {Origin} origin */
  #hold(decision, place, origin) {
    for (const type of LEAVING) document.addEventListener(type, this.#release);
    this.#held.set(decision.block, [decision, origin]);
    emit("held", shownBy(decision), place.element);
  }

  // While the focus moves it is nowhere: look when it has arrived.
  #release = () => void setTimeout(() => this.#retry());

  async #retry() {
    const places = findBlocks(document, this.marker);
    for (const [block, [decision, origin]] of this.#held) {
      const place = places.get(block);
      if (place && isBusy(place)) continue;
      this.#held.delete(block);
      if (place) await this.#place(decision, place, origin);
    }
    if (this.#held.size === 0) this.destroy();
  }

  /** @param {Decision} decision @param {Place} place @param {Origin} origin */
  async #place(decision, place, origin) {
    const { block, content } = decision;
    try {
      if (!content) await this.#restore(block, place, origin);
      else if (content === "-") this.#hide(block, place);
      else this.#put(block, place, [...fragment(content.slice(1)).childNodes]);
    } catch (error) {
      return emit("error", { reason: "page", message: String(error) }, place.element);
    }
    const shown = shownBy(decision);
    this.shown.set(block, shown);
    emit("applied", shown, place.element);
  }

  /** @param {string} block @param {Place} place @param {Node[]} nodes */
  #put(block, place, nodes) {
    this.#reveal(block, place);
    const before = replace(place, nodes);
    if (!this.#isReplaced(block)) this.#defaults.set(block, before);
  }

  /** @param {string} block @param {Place} place */
  #hide(block, place) {
    if (!this.#isReplaced(block)) this.#defaults.set(block, nodesOf(place));
    if (place.open) return void replace(place, []);
    const { style } = /** @type {HTMLElement} */ (place.element);
    if (!this.#hidden.has(block)) this.#hidden.set(block, style.display);
    style.setProperty("display", "none", "important");
  }

  /** @param {string} block @param {Place} place @param {Origin} origin */
  async #restore(block, place, origin) {
    if (this.#isReplaced(block)) replace(place, this.#defaults.get(block) ?? (await origin(block)));
    this.#defaults.delete(block);
    this.#reveal(block, place);
  }

  /** @param {string} block @param {Place} place */
  #reveal(block, place) {
    const display = this.#hidden.get(block);
    if (display === undefined) return;
    this.#hidden.delete(block);
    /** @type {HTMLElement} */ (place.element).style.display = display;
  }

  /** Whether the block shows something else than default content, as a control does not. @param {string} block */
  #isReplaced(block) {
    const shown = this.shown.get(block);
    return !!shown?.campaign && shown.reason !== "control";
  }
}

/** @param {Decision} decision @returns {Shown} */
const shownBy = ({ block, campaign, variant, reason }) => ({ block, campaign, variant, reason, source: "browser" });
