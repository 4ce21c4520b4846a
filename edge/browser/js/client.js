/**
 * What a site's developer holds in hand: starts, listens, and asks the engine when something happened.
 *
 * Behind an edge nothing is decided while the page loads, and neither module nor playbook is fetched before the first
 * view, cart or change of consent. One thing is done at a time, in the order in which it happened; but what is denied is gone at
 * once, without module, playbook or network.
 */

import { watch } from "./consent.js";
import { Failure, openEngine } from "./engine.js";
import { emit, on } from "./events.js";
import { ALL, DEVICE, PERSISTENT, PURPOSES } from "./names.js";
import { anonymously } from "./origin.js";
import { Page } from "./page.js";
import { closed, denied, deny, digest, forget, isDenied, keepMemory, keepMirror, keepVisit, nameMirror, readMemory } from "./storage.js";
import { edgeTold, isStale } from "./timing.js";

/**
 * @typedef {import("./index.js").Options} Options
 * @typedef {import("./index.js").Parvis} Parvis
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./wire.js").Happening} Happening
 */

/**
 * The function `start` of an entry, which knows how to load the module.
 *
 * @param {(options: Options) => Promise<import("./engine.js").CoreClass>} load
 */
export function starter(load) {
  /** @type {Parvis | undefined} */
  let running;
  /** What is in the page outlives whoever put it there. @type {Page | undefined} */
  let page;
  /** @param {Options} options @returns {Parvis} */
  return (options) => {
    if (typeof document === "undefined") return onServer();
    page ??= new Page(options.edge ? edgeTold() : undefined);
    running ??= begin((other = load) => openEngine(options, other), options.edge, page, () => (running = undefined));
    return running;
  };
}

/**
 * @param {(load?: () => Promise<import("./engine.js").CoreClass>) => Promise<Engine>} open with another module than the page's, where one is given
 * @param {boolean} edge
 * @param {Page} page
 * @param {() => void} forgotten
 * @returns {Parvis}
 */
function begin(open, edge, page, forgotten) {
  const { isSilent, used, names } = edgeTold();
  if (edge) nameMirror(names);
  const watcher = watch(edge, edge && !isSilent, (before, here, back) => {
    enforce();
    if (back) page.withhold();
    decide(before, here);
  });
  /** @type {Promise<Engine> | undefined} */
  let opening;
  /** The module that says why. @type {Promise<Engine> | undefined} */
  let telling;
  /** What the visitor was known to allow. @type {string[] | undefined} */
  let allowed;
  let tail = parsed();
  let stopped = false;

  /** @type {unknown} */
  let told;
  /** Tells a failure, and the same one not again. @param {unknown} error */
  const report = (error) => {
    const { reason = "internal", message } = /** @type {Failure} */ (error);
    if (error !== told) emit("error", { reason, message });
    told = error;
    // A network that failed once may work the next time; a refusal and a trap stay.
    if (reason === "load" || reason === "playbook") opening = undefined;
  };

  /**
   * Does one thing after the other; a failure is told and leaves the page as it is.
   *
   * @param {(engine: Engine) => void | Promise<void>} job
   * @param {() => unknown} [failed]
   * @returns {Promise<void>}
   */
  const run = (job, failed) =>
    (tail = tail.then(async () => {
      if (!stopped) await job(await (opening ??= open()));
    }).catch((error) => (report(error), failed?.())).then(() => {}));

  /** Asks the engine what the choice has become; where it cannot be asked nothing is known to be allowed. @param {import("./consent.js").Flags} before @param {boolean} [here] */
  const decide = (before, here) =>
    run(async (engine) => {
      await consent(engine, before);
      if (here) watcher.tell();
    }, () => takeAway(ALL, true));

  /** Takes everything away that these purposes allowed. @param {number} bits @param {boolean} [all] */
  function takeAway(bits, all) {
    forget(bits);
    watcher.see();
    const undone = page.undo(bits, all).catch(report);
    tail = Promise.all([tail, undone]).then(() => {});
    return undone;
  }

  /** Does as the mirror cookie says, which needs nobody to be asked. */
  const enforce = () => page.needs(denied()) && takeAway(denied());

  /** @param {Engine} engine @param {{ arrives?: boolean, events?: Happening[], choice?: [string, string] }} [what] */
  function ask(engine, what) {
    page.marker = engine.marker || page.marker;
    const shown = [...page.shown.values()].filter(({ campaign }) => campaign);
    const question = { ...watcher.read(), settled: watcher.isSettled(), ...what };
    const answer = engine.decide({
      ...question,
      // It is not read before it is known that it may be.
      memory: !edge && engine.permits(question).bits & PERSISTENT ? readMemory() : null,
      shown: shown.map(({ block, campaign }) => [block, campaign]),
    });
    page.forbid(ALL & ~answer.bits);
    return answer;
  }

  /**
   * Stores what may be stored, deletes what may not, before anything is shown.
   *
   * @param {import("./wire.js").Answer} answer
   * @param {boolean} [happens] whether there is something to store
   */
  function keep(answer, happens = true) {
    if (/playbook/.test(answer.refused)) throw new Failure("playbook", answer.refused);
    if (happens || !answer.visit) keepVisit(answer.visit);
    if (!edge || answer.bits & PERSISTENT) keepMemory(answer.memory);
    // What a banner that the playbook describes keeps in web storage is asked about once it is known where.
    if (nameMirror(answer.mirrors)) watcher.look();
    keepMirror(answer.mirror);
    watcher.settle((answer.bits & DEVICE) > 0);
    allowed = answer.allowed;
  }

  /** @param {Engine} engine @param {Happening} event @param {string} [block] what it is about */
  async function happened(engine, event, block) {
    // What the edge placed is compared with what would be decided here without the event.
    if (edge && !page.isDecided) page.note(ask(engine).decisions);
    if (block) page.forget(block);
    const answer = ask(engine, { events: [event] });
    keep(answer);
    await page.show(answer.decisions, anonymously(engine.marker));
  }

  /**
   * @param {Engine} engine
   * @param {import("./consent.js").Flags} flags what was stored before
   * @param {[string, string]} [choice] what the visitor chose through Parvis itself
   */
  async function consent(engine, flags, choice) {
    const before = allowed ?? engine.permits(flags).allowed;
    const answer = ask(engine, { choice });
    if (answer.mirror === "!") throw new Failure("choice", `no choice of purposes: \`${choice?.join(" ")}\``);
    const withdrawn = before.some((purpose) => !answer.allowed.includes(purpose));
    // A yes alone is nothing to store behind an edge, which may be answering with the visitor's next page by now.
    keep(answer, !edge || withdrawn);
    page.release();
    const gone = ALL & ~answer.bits;
    if (withdrawn) forget(gone);
    if (withdrawn || page.needs(gone)) await page.undo(gone, withdrawn);
    if (!withdrawn && before.length === answer.allowed.length) return;
    emit("consent", { before, allowed: answer.allowed });
    await page.show(answer.decisions, anonymously(engine.marker));
  }

  /** @param {string} grants @param {string[]} denials names, or `*` for all */
  function choose(grants, denials) {
    const flags = watcher.read();
    const codes = denials[0] === "*" ? [] : denials.map((name) => PURPOSES.indexOf(name));
    const bits = codes.length > 0 ? codes.reduce((all, code) => all | (1 << code), 0) : denials.length && ALL;
    // What names no purpose is no choice, which the engine says.
    const isRead = bits > 0 && !(bits & ~ALL) && !codes.includes(-1);
    if (isRead) {
      deny(bits);
      takeAway(closed(bits), true);
      watcher.tell();
    }
    let done = false;
    return run(async (engine) => {
      await consent(engine, flags, [grants, denials.join(" ")]);
      done = true;
      watcher.tell();
    }).then(() => (isRead ? isDenied(bits) : done));
  }

  if (edge) {
    tail = tail.then(() => page.announce());
    enforce();
    // Who comes back to a page from a cache may have chosen otherwise since it was decided.
    if (isStale() && page.needs(ALL) && used.slice(0, 8) !== digest()) {
      page.withhold();
      decide(watcher.read());
    }
  } else {
    enforce();
    run(async (engine) => {
      const answer = ask(engine, { arrives: true });
      keep(answer);
      await page.show(answer.decisions, anonymously(engine.marker));
    });
  }

  return {
    ready: tail,
    view: ({ item, category, search }) => run((engine) => happened(engine, { view: { item, category, search } })),
    cart: (lines) => run((engine) => happened(engine, { cart: [...lines] })),
    bought: (lines) => run((engine) => happened(engine, { bought: [...lines] })),
    declare: (dates) => run((engine) => happened(engine, { declare: { ...dates } })),
    prefer: (name, value) => run((engine) => happened(engine, { prefer: [name, value] })),
    dismiss: (block) =>
      run((engine) => {
        const campaign = page.shown.get(block)?.campaign;
        if (campaign) return happened(engine, { dismiss: campaign }, block);
      }),
    consentChanged() {
      watcher.look();
      return tail;
    },
    choose: ({ grant = [], deny = [], notice = 0 }) => choose([notice, ...grant].join(" "), deny),
    withdraw: () => choose("0", ["*"]),
    async explain(how) {
      const { explain } = await import("./explain.js");
      /** @type {import("./wire.js").Answer | undefined} */
      let answer;
      // Where the module that says why cannot be had, the one at hand says what.
      await run(async (engine) => void (answer = ask(await (telling ??= open(async () => (await import("./why.js")).load()).catch(() => engine)))));
      return explain([...page.shown.values()], answer, how);
    },
    on,
    destroy() {
      stopped = true;
      watcher.stop();
      page.destroy();
      forgotten();
    },
  };
}

/** When the document can be searched. @returns {Promise<void>} */
const parsed = () =>
  document.readyState === "loading"
    ? new Promise((done) => document.addEventListener("DOMContentLoaded", () => done(), { once: true }))
    : Promise.resolve();

/** Where there is no page, there is nothing to do. @returns {Parvis} */
const onServer = () => {
  const done = Promise.resolve();
  return {
    ready: done,
    view: () => done,
    cart: () => done,
    bought: () => done,
    declare: () => done,
    prefer: () => done,
    dismiss: () => done,
    consentChanged: () => done,
    choose: async () => false,
    withdraw: async () => false,
    explain: async () => ({ source: "edge", blocks: [], campaigns: [], purposes: [], signals: [] }),
    on: () => () => {},
    destroy() {},
  };
};
