/**
 * The page: what each block shows, and bringing it to what was decided, in place.
 *
 * Default content is kept while something else is shown, so that it can come back. What an edge replaced was never
 * here: then it is taken from the page as the edge sends it now. What the visitor withdrew is taken away before anything is asked.
 */

import { copies, findAll, findBlocks, firsts, holds, isBusy, nodesOf, replace } from "./dom.js";
import { emit } from "./events.js";
import { fragment } from "./html.js";
import { arrange, groupOf, idsOf, rearrange, setParts } from "./operations.js";
import { anew } from "./origin.js";
import { hash } from "./storage.js";

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
  /** The bits of the purposes without which blocks would not show that. @type {Map<string, number>} */
  #needs;
  /** Whether an edge decided and told nothing, so that any block may show anything. */
  #isSilent;
  /** Copies of the default content of blocks that were changed here. @type {Map<string, Node[]>} */
  #usual = new Map();
  /** Where blocks were changed here. @type {Map<string, Element>} */
  #where = new Map();
  /** The bits of purposes of which nothing may be shown. */
  #forbidden = 0;
  /** What was taken out until it is known whether it may be shown. @type {Map<Place, Node[]>} */
  #withheld = new Map();
  /** What blocks are to show wherever they come back, of which something was taken away. @type {Map<string, Node[]>} */
  #taken = new Map();
  /** Looks at what is added to the page, once something was taken away. @type {MutationObserver | undefined} */
  #observer;
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

  /** @param {import("./timing.js").Told} [told] by the edge, if there is one */
  constructor(told) {
    this.shown = told?.shown ?? new Map();
    this.#needs = told?.needs ?? new Map();
    this.#isSilent = told?.isSilent ?? false;
    this.marker = told?.marker || "data-block";
  }

  /** Says what the edge has decided. */
  announce() {
    const places = this.#find();
    for (const shown of this.shown.values()) emit("decision", shown, places.get(shown.block)?.[0].element);
  }

  /** All places of blocks, whose hashes are known from then on. */
  #find() {
    const places = findAll(document, this.marker);
    for (const id of places.keys()) {
      const opaque = hash(id);
      const shown = this.shown.get(opaque);
      if (!shown) continue;
      this.#show(id, { ...shown, block: id }, this.#needs.get(opaque));
      this.#forget(opaque);
    }
    return places;
  }

  /** @param {string} block @param {Shown} shown @param {number} [needs] */
  #show(block, shown, needs = 0) {
    this.shown.set(block, shown);
    this.#needs.set(block, needs);
  }

  /** @param {string} block */
  #forget(block) {
    for (const known of [this.shown, this.#needs, this.#decided, this.#defaults, this.#usual, this.#where, this.#held]) known.delete(block);
  }

  /** Whether something is shown that needs one of these purposes. @param {number} bits */
  needs(bits) {
    return [...this.#needs.values()].some((needs) => needs & bits);
  }

  /** Says of which purposes nothing may be shown. @param {number} bits */
  forbid(bits) {
    this.#forbidden = bits;
  }

  /** Takes everything out that took a permit, wherever it is, until `release`. */
  withhold() {
    const places = this.#find();
    for (const [block, needs] of this.#needs) {
      for (const place of needs ? places.get(block) ?? [] : []) this.#withheld.set(place, this.#empty(place));
    }
  }

  /** Puts back what was withheld. */
  release() {
    for (const [place, nodes] of this.#withheld) this.#fill(place, nodes);
    this.#withheld.clear();
  }

  /**
   * Takes away what needs one of these purposes, from every element that carries it, whoever is busy there. What is known to
   * be default content comes back at once; all else is empty until the page, asked for again, says what is there.
   *
   * @param {number} bits
   * @param {boolean} [all] whether blocks of which nothing is told may show anything
   */
  async undo(bits, all = false) {
    this.#forbidden |= bits;
    this.release();
    const places = this.#find();
    const known = [...this.#needs].filter(([, needs]) => needs & bits).map(([block]) => block);
    const untold = all && this.#isSilent ? [...places.keys()].filter((block) => !this.shown.has(block)) : [];
    const asked = [...known, ...untold].filter((block) => !this.#takeAway(block, places.get(block) ?? []));
    if (asked.length === 0) return;
    const { found, told } = await anew(this.marker);
    for (const block of asked) {
      const [first, ...others] = found.get(block) ?? [];
      if (first) {
        const usual = [first, ...others].map((place) => copies(nodesOf(place)));
        // What is asked for again may show something that is still allowed.
        const shown = told?.shown.get(block) ?? told?.shown.get(hash(block));
        const needs = (shown && told?.needs.get(shown.block)) ?? 0;
        // A browser that stored no denial is sent the same again.
        if (needs & this.#forbidden) continue;
        if (shown?.campaign) this.#show(block, { ...shown, block }, needs);
        places.get(block)?.forEach((place, at) => this.#fill(place, usual[at] ?? copies(usual[0])));
        this.#taken.set(block, copies(usual[0]));
      } else if (found.size > 0 && !places.has(block)) {
        rearrange(findBlocks(document, this.marker), [...found.keys()]);
      }
    }
  }

  /**
   * Brings a block back to default content where that is known, or empties it; tells whether it was known.
   *
   * @param {string} block
   * @param {Place[]} places
   */
  #takeAway(block, places) {
    const usual = this.#usual.get(block);
    const order = this.#orders.get(block);
    const group = this.#groups.get(block);
    if (group && order) {
      const blocks = groupOf(findBlocks(document, this.marker), group);
      if (blocks) arrange(blocks, order);
    } else if (usual) {
      const [first, ...others] = places;
      const isSame = first?.element === this.#where.get(block);
      this.#parts.get(block)?.();
      if (first && this.#defaults.has(block) && this.#isReplaced(block)) replace(first, this.#defaults.get(block) ?? []);
      for (const place of isSame ? others : places) if (!holds(place, usual)) replace(place, copies(usual));
      const display = this.#hidden.get(block);
      for (const { element, open } of display === undefined ? [] : places) {
        if (!open) /** @type {HTMLElement} */ (element).style.display = display ?? "";
      }
    } else {
      places.forEach((place) => this.#empty(place));
    }
    this.#forget(block);
    for (const known of [this.#parts, this.#hidden]) known.delete(block);
    this.#taken.set(block, usual ?? []);
    this.#watch();
    return Boolean(usual ?? order);
  }

  /** What comes back into the page later is no exception. */
  #watch() {
    this.#observer ??= new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        for (const [block, places] of findAll(node, this.marker)) {
          const usual = this.#taken.get(block);
          if (!usual || this.shown.get(block)?.campaign) continue;
          for (const place of places) if (!holds(place, usual)) replace(place, copies(usual));
        }
      }
    });
    this.#observer.observe(document, { childList: true, subtree: true });
  }

  /** Empties a place, which keeps its height until it is filled. @param {Place} place */
  #empty(place) {
    const { style, offsetHeight } = /** @type {HTMLElement} */ (place.element);
    if (!place.open && !style.minHeight) style.minHeight = `${offsetHeight}px`;
    return replace(place, []);
  }

  /** @param {Place} place @param {Node[]} nodes */
  #fill(place, nodes) {
    if (!place.open) /** @type {HTMLElement} */ (place.element).style.minHeight = "";
    replace(place, nodes);
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
    const places = firsts(this.#find());
    const changed = decisions.filter((decision) => this.#isChanged(decision));
    this.note(decisions);
    for (const decision of changed) {
      // The visitor may have denied it since it was decided.
      if (needsOf(decision) & this.#forbidden) continue;
      const place = this.#target(decision.block, places);
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
  #target(block, places) {
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
      const place = this.#target(block, places);
      if (place && isBusyIn(place)) continue;
      this.#held.delete(block);
      if (place && !(needsOf(decision) & this.#forbidden)) await this.#place(decision, place, origin);
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
    this.#show(block, shown, content ? needsOf(decision) : 0);
    this.#taken.delete(block);
    emit("applied", shown, place.element);
  }

  /** @param {string} block @param {Place} place @param {Node[]} nodes */
  #put(block, place, nodes) {
    this.#reveal(block, place);
    this.#keep(block, place);
    const before = replace(place, nodes);
    if (!this.#isReplaced(block)) this.#defaults.set(block, before);
  }

  /** Keeps copies of default content that is about to be changed. @param {string} block @param {Place} place */
  #keep(block, place) {
    if (this.#isReplaced(block)) return;
    this.#usual.set(block, copies(nodesOf(place)));
    this.#where.set(block, place.element);
  }

  /** @param {string} block @param {Place} place */
  #hide(block, place) {
    this.#keep(block, place);
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
    this.#keep(block, place);
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

/** @param {Decision} decision */
const needsOf = ({ needs }) => parseInt(needs, 16) || 0;

/** @param {Decision} decision @returns {Shown} */
const shownBy = ({ block, campaign, variant, reason }) => ({ block, campaign, variant, reason, source: "browser" });
