/**
 * The sentences of "why do I see this?": a file of its own, loaded when somebody asks.
 */

import { purposes, reasons, signals } from "./sentences.js";

/** Of what only the edge knows. */
const EDGE = "the edge decided it, and its records and `parvis explain` say why";

/**
 * @param {import("./timing.js").Shown[]} shown
 * @param {import("./wire.js").Answer} [answer] what the engine finds at the moment; none if it could not be asked
 * @returns {import("./index.js").Explanation}
 */
export function explain(shown, answer) {
  const byBrowser = shown.some(({ source }) => source === "browser");
  /** @type {"browser" | "edge"} */
  const source = byBrowser ? "browser" : "edge";
  const ids = new Set(shown.map(({ block }) => block));
  // What nobody has changed shows default content; the engine knows why.
  const rest = (answer?.decisions ?? []).filter(({ block }) => !ids.has(block));
  const defaults = rest.map(({ block, campaign, reason }) => {
    return { block, campaign: "", variant: "", reason: campaign ? "no-campaign" : reason, source };
  });
  /** Why a block shows default content the edge does not tell; the engine says it where it finds the same. @param {import("./timing.js").Shown} one */
  const known = (one) => ({ ...one, reason: one.reason || (answer?.decisions.find(({ block, campaign }) => block === one.block && !campaign)?.reason ?? "") });
  const sale = answer?.purposes.find(({ purpose }) => purpose === "sale_share");
  return {
    source,
    optOut: sale?.state === "denied" ? "processed" : null,
    blocks: [...shown.map(known), ...defaults].map((block) => ({ ...block, sentence: reasons[block.reason] ?? EDGE })),
    purposes: (answer?.purposes ?? []).map((ruling) => ({ ...ruling, sentence: purposes[ruling.purpose] ?? "" })),
    signals: (answer?.signals ?? []).map((name) => {
      const [purpose, sentence] = signals[name] ?? ["", ""];
      return { name, value: null, purpose, sentence };
    }),
  };
}
