/**
 * The page: what each block shows, and bringing it to what was decided, in place.
 *
 * Default content is kept while something else is shown, so that it can come back. What an edge replaced was never
 * here: then it is taken from the page as the edge sends it now.
 */

import { findBlocks, isBusy, nodesOf, replace } from "./dom.js";
import { emit } from "./events.js";
import { fragment } from "./html.js";
import { arrange, groupOf, idsOf, setParts } from "./operations.js";

/**
 * @typedef {import("./wire.js").Decision} Decision
 * @typedef {import("./timing.js").Shown} Shown
 * @typedef {import("./dom.js").Place} Place
 * @typedef {Place & { group?: [string, import("./dom.js").Place][] }} Target a block, or the blocks of a group
 * @typedef {((block: string) => Promise<Node[]>) & { order(ids: string[]): Promise<string[]> }} Origin gives the default
 *   content of a block that is not in the page, and the order that blocks have by default
 */

const LEAVING = ["focusout", "selectionchange"];

export class Page {
  /** What blocks show now. @type {Map<string, Shown>} */
  shown;
  /** The attribute that marks blocks. */
  marker;
  /** The engine's latest decision on each block, shown or not. @type {Map<string, Decision>} */
  #decided = new Map();
  /** Default content of blocks that show something else. @type {Map<string, Node[]>} */
  #defaults = new Map();
  /** The own `display` of elements that are hidden. @type {Map<string, string>} */
  #hidden = new Map();
  /** What takes parts of blocks back. @type {Map<string, () => void>} */
  #parts = new Map();
  /** Ids of groups, and their order by default once it was changed here. @type {Map<string, string[]>} */
  #groups = new Map();
  /** @type {Map<string, string[]>} */
  #orders = new Map();
  /** Decisions that wait for the visitor to leave the block. @type {Map<string, [Decision, Origin]>} */
  #held = new Map();

  /**
   * @param {Map<string, Shown>} shown what the edge decided, if there is one
   * @param {string} [marker] what the edge said of the marker
   */
  constructor(shown, marker) {
    this.shown = shown;
    this.marker = marker || "data-block";
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
    for (const decision of decisions) {
      this.#decided.set(decision.block, decision);
      if (decision.content[0] === "/") this.#groups.set(decision.block, idsOf(decision.content.slice(1)).flat());
    }
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
      const place = this.#find(decision.block, places);
      emit("decision", shownBy(decision), place?.element);
      this.#held.delete(decision.block);
      if (!place) continue;
      if (isBusyIn(place)) this.#hold(decision, place, origin);
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
    if (reason === "edge-only") return false;
    const before = this.#decided.get(block);
    if (before && (before.campaign !== campaign || before.variant !== variant || before.content !== content)) return true;
    // A decision that lay out of sight says nothing of what the edge shows.
    if (before && before.reason !== "edge-only") return false;
    const shown = this.shown.get(block);
    return shown ? shown.campaign !== campaign || shown.variant !== variant : !before;
  }

  /** @param {string} block @param {Map<string, Place>} places @returns {Target | undefined} */
  #find(block, places) {
    const ids = this.#groups.get(block);
    if (!ids) return places.get(block);
    const group = groupOf(places, ids);
    return group && { element: group[0][1].element.parentElement ?? group[0][1].element, group };
  }

  /** @param {Decision} decision @param {Target} place @param {Origin} origin */
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
      const place = this.#find(block, places);
      if (place && isBusyIn(place)) continue;
      this.#held.delete(block);
      if (place) await this.#place(decision, place, origin);
    }
    if (this.#held.size === 0) this.destroy();
  }

  /** @param {Decision} decision @param {Target} place @param {Origin} origin */
  async #place(decision, place, origin) {
    const { block, content } = decision;
    try {
      if (this.#parts.has(block)) await this.#restore(block, place, origin);
      if (place.group) await this.#order(block, content, place.group, origin);
      else if (!content) await this.#restore(block, place, origin);
      else if (content[0] === "*") await this.#set(block, place, fragment(content.slice(1)), origin);
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

  /** @param {string} block @param {Place} place @param {ParentNode} changes @param {Origin} origin */
  async #set(block, place, changes, origin) {
    await this.#restore(block, place, origin);
    this.shown.delete(block);
    this.#parts.set(block, setParts(place, changes));
  }

  /** @param {string} block @param {string} content @param {[string, Place][]} group @param {Origin} origin */
  async #order(block, content, group, origin) {
    const ids = group.map(([id]) => id);
    const usual = this.#orders.get(block) ?? (this.#isReplaced(block) ? await origin.order(ids) : ids);
    this.#orders.set(block, usual);
    const [first = [], rest = usual] = content ? idsOf(content.slice(1)) : [];
    arrange(group, [...first, ...usual.filter((id) => rest.includes(id))]);
  }

  /** @param {string} block @param {Place} place @param {Origin} origin */
  async #restore(block, place, origin) {
    const parts = this.#parts.get(block);
    if (parts) {
      this.#parts.delete(block);
      this.shown.delete(block);
      parts();
    }
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

/** @param {Target} place */
const isBusyIn = (place) => (place.group ? place.group.some(([, one]) => isBusy(one)) : isBusy(place));

/** @param {Decision} decision @returns {Shown} */
const shownBy = ({ block, campaign, variant, reason }) => ({ block, campaign, variant, reason, source: "browser" });
