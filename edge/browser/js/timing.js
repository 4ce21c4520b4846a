/**
 * What the edge decided for this page: it says so in `Server-Timing`, the one header that a page can read of itself.
 *
 * No such entry means that the page is the origin's own, or that the playbook has scripts told nothing.
 */

import { TIMING, TIMING_CONSENT, TIMING_MARKER, TIMING_NAMES } from "./names.js";

/**
 * @typedef {object} Shown what a block shows
 * @property {string} block
 * @property {string} campaign empty for default content
 * @property {string} variant
 * @property {string} reason a reason's code
 * @property {"edge" | "browser"} source who decided it
 *
 * @typedef {object} Told what an edge tells of a page
 * @property {Map<string, Shown>} shown what blocks show
 * @property {Map<string, number>} needs the bits of the purposes without which they would not
 * @property {boolean} isSilent whether nothing is told of blocks
 * @property {string} used the digest of the consent that was used, and `+` where the law asks for opt-out
 * @property {string} marker the attribute that marks blocks; empty when it is the usual one
 * @property {string} names of flags, where they are not the usual ones
 */

/** `block`, `block=campaign/variant:` for a control, `block=campaign/variant:needs`; ids themselves may hold colons. */
const DECISION = /^([^=]+)(?:=([^/]+)\/(.*):([0-9a-f]*))?$/;

/** What the edge told of this page. @returns {Told} */
export function edgeTold() {
  const { serverTiming = [] } = navigation() ?? {};
  return told((name) => serverTiming.find((entry) => entry.name === name)?.description);
}

/** What the edge told of the page in this response. @param {Response} response @returns {Told} */
export function toldBy(response) {
  const header = response.headers.get("server-timing") ?? "";
  return told((name) => header.split(name + ';desc="')[1]?.split('"')[0]);
}

/** @param {(name: string) => string | undefined} says @returns {Told} */
function told(says) {
  const decided = says(TIMING);
  return {
    ...parse(decided ?? ""),
    isSilent: decided === undefined,
    used: says(TIMING_CONSENT) ?? "",
    marker: says(TIMING_MARKER) ?? "",
    names: says(TIMING_NAMES) ?? "",
  };
}

/** Whether the page may have been decided some time ago: it comes from a cache, or was fetched before it was asked for. */
export const isStale = () => {
  const { type, transferSize, activationStart } = /** @type {any} */ (navigation() ?? {});
  return type === "back_forward" || transferSize === 0 || activationStart > 0;
};

const navigation = () => /** @type {PerformanceNavigationTiming | undefined} */ (performance.getEntriesByType("navigation")[0]);

/** @param {string} description @returns {Pick<Told, "shown" | "needs">} */
export function parse(description) {
  const shown = new Map();
  const needs = new Map();
  for (const word of description.split(" ")) {
    const [, block, campaign = "", variant = "", bits] = DECISION.exec(word) ?? [];
    if (!block) continue;
    const reason = bits ? "matched" : campaign && "control";
    shown.set(block, { block, campaign, variant, reason, source: "edge" });
    needs.set(block, parseInt(bits || "0", 16));
  }
  return { shown, needs };
}
