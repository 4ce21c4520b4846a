/**
 * What the edge decided for this page: it says so in `Server-Timing`, the one header that a page can read of itself.
 *
 * No such entry means that the page is the origin's own: every block shows its default content.
 */

import { TIMING, TIMING_MARKER, TIMING_REGION } from "./names.js";

/**
 * @typedef {object} Shown what a block shows
 * @property {string} block
 * @property {string} campaign empty for default content
 * @property {string} variant
 * @property {string} reason a reason's code
 * @property {"edge" | "browser"} source who decided it
 */

/** `block=campaign/variant:reason`, `block=:reason`; ids themselves may hold colons. */
const DECISION = /^([^=]+)=(?:([^/]+)\/(.*))?:([a-z-]+)$/;

/**
 * The decisions that the edge made for this page, by block.
 *
 * @returns {Map<string, Shown>}
 */
export function edgeDecisions() {
  return parse(said(TIMING));
}

/** The region that the edge decided for, as `US-CA`; empty when it did not say. */
export const edgeRegion = () => said(TIMING_REGION);

/** The attribute that marks blocks; empty when it is the usual one, or when no edge said anything. */
export const edgeMarker = () => said(TIMING_MARKER);

/** @param {string} name */
function said(name) {
  const page = /** @type {PerformanceNavigationTiming | undefined} */ (performance.getEntriesByType("navigation")[0]);
  return page?.serverTiming?.find((entry) => entry.name === name)?.description ?? "";
}

/** @param {string} description @returns {Map<string, Shown>} */
export function parse(description) {
  const shown = new Map();
  for (const word of description.split(" ")) {
    const [, block, campaign = "", variant = "", reason] = DECISION.exec(word) ?? [];
    if (block) shown.set(block, { block, campaign, variant, reason, source: "edge" });
  }
  return shown;
}
