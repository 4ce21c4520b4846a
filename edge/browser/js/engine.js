/**
 * The engine: fetches playbook and module when they are first needed, asks, and reads the answer.
 *
 * After a failure it is gone for this page: a trapped module is in no state that anybody could describe.
 */

import { edgeTold } from "./timing.js";
import { decode, encode } from "./wire.js";

/**
 * @typedef {{ marker(): string, decide(window: Window | undefined, question: string, entropy: Uint8Array): string }} Core
 * @typedef {new (playbook: Uint8Array) => Core} CoreClass
 * @typedef {import("./index.js").Options} Options
 */

/** What went wrong, with the code that `parvis:error` carries. */
export class Failure extends Error {
  /** @param {string} reason @param {unknown} cause */
  constructor(reason, cause) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.reason = /Content Security Policy|unsafe-eval/.test(this.message) ? "csp" : reason;
  }
}

/** A playbook, compiled, and the module that reads it. */
export class Engine {
  /** @param {Options} options @param {Core} core */
  constructor(options, core) {
    this.options = options;
    this.core = core;
    this.marker = core.marker();
  }

  /** Decides this page. @param {Omit<import("./wire.js").Question, "edge">} question */
  decide(question) {
    return this.#ask(window, question);
  }

  /** What these flags permit: asked for no page at all, the engine opens nothing. @param {Omit<import("./wire.js").Question, "edge">} flags */
  permits(flags) {
    return this.#ask(undefined, flags);
  }

  /** Why the module can be asked no more. @type {Failure | undefined} */
  #dead;

  /** @param {Window | undefined} place @param {Omit<import("./wire.js").Question, "edge">} question */
  #ask(place, question) {
    if (this.#dead) throw this.#dead;
    const { edge, entropy } = this.options;
    // Of where the visitor is an edge tells no more than what the law asks for.
    const country = this.options.country ?? (edge && edgeTold().used.endsWith("+") ? "+" : undefined);
    /** @type {[string, string] | undefined} */
    const locale = place && [[navigator.languages].join(), document.referrer];
    // Browsers that know of no connection say nothing of it.
    const { saveData, effectiveType } = /** @type {any} */ (navigator).connection ?? {};
    /** @type {[string, string] | undefined} */
    const network = place && effectiveType && [saveData ? "on" : "", effectiveType];
    const random = entropy ?? crypto.getRandomValues(new Uint8Array(32));
    try {
      return decode(this.core.decide(place, encode({ ...question, country, locale, network, edge }), random));
    } catch (error) {
      throw (this.#dead = new Failure("internal", error));
    }
  }
}

/** @param {Options} options @param {(options: Options) => Promise<CoreClass>} load */
export async function openEngine(options, load) {
  const playbook = bytesOf(options.playbook);
  // Both are under way at once, and a failure of the first is not lost while the second is awaited.
  playbook.catch(() => {});
  const Core = await load(options).catch((error) => Promise.reject(new Failure("load", error)));
  return new Engine(options, new Core(await playbook));
}

/** @param {Options["playbook"]} playbook */
async function bytesOf(playbook) {
  if (playbook instanceof Uint8Array) return playbook;
  if (playbook instanceof ArrayBuffer) return new Uint8Array(playbook);
  const response = await fetch(playbook).catch((error) => Promise.reject(new Failure("playbook", error)));
  if (!response.ok) throw new Failure("playbook", `\`${playbook}\` answered with status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
