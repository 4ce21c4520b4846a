/**
 * The sentences of "why do I see this?": a file of its own, loaded when somebody asks.
 */

import { purposes, reasons, signals } from "./sentences.js";

/**
 * @param {import("./timing.js").Shown[]} shown
 * @param {import("./wire.js").Answer} [answer] what the engine finds at the moment; none if it could not be asked
 * @returns {import("./index.js").Explanation}
 */
export function explain(shown, answer) {
  const byBrowser = shown.some(({ source }) => source === "browser");
  /** @type {"browser" | "edge"} */
  const source = byBrowser ? "browser" : "edge";
  const known = new Set(shown.map(({ block }) => block));
  // What nobody has changed shows default content; the engine knows why.
  const rest = (answer?.decisions ?? []).filter(({ block }) => !known.has(block));
  const defaults = rest.map(({ block, campaign, reason }) => {
    return { block, campaign: "", variant: "", reason: campaign ? "no-campaign" : reason, source };
  });
  return {
    source,
    blocks: [...shown, ...defaults].map((block) => ({ ...block, sentence: reasons[block.reason] ?? "" })),
    purposes: (answer?.purposes ?? []).map((ruling) => ({ ...ruling, sentence: purposes[ruling.purpose] ?? "" })),
    signals: (answer?.signals ?? []).map((name) => {
      const [purpose, sentence] = signals[name] ?? ["", ""];
      return { name, value: null, purpose, sentence };
    }),
  };
}
