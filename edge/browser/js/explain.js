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
  return {
    source: byBrowser ? "browser" : "edge",
    blocks: shown.map((block) => ({ ...block, sentence: reasons[block.reason] ?? "" })),
    purposes: /** @type {import("./index.js").Explanation["purposes"]} */ (
      (answer?.purposes ?? []).map((ruling) => ({ ...ruling, sentence: purposes[ruling.purpose] ?? "" }))
    ),
    signals: (answer?.signals ?? []).map((name) => {
      const [purpose, sentence] = signals[name] ?? ["", ""];
      return { name, value: null, purpose, sentence };
    }),
  };
}
