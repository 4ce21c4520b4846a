// As much of a browser as the package touches, in Node: cookies, web storage, blocks, events and a network, each of which can fail.

const flat = (node) => [node, ...(node.childNodes ?? []).flatMap(flat)];

/** What stands between two tags: opaque, but for its text. */
class Piece {
  nodeType = 3;
  parentNode = null;
  constructor(html) {
    this.html = html;
  }
  contains = (other) => other === this;
  isEqualNode = (other) => other?.html === this.html;
  cloneNode = () => new Piece(this.html);
}

class Block {
  nodeType = 1;
  parentNode = null;
  style = { setProperty: (name, value) => (this.style[name] = value) };
  offsetHeight = 10;
  constructor(id, html) {
    this.id = id;
    this.childNodes = [];
    if (html) this.insertBefore(new Piece(html));
  }
  getAttribute = (name) => (name === "data-block" ? this.id : null);
  insertBefore(node, before = null) {
    node.parentNode = this;
    const at = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(at, 0, node);
  }
  removeChild(node) {
    this.childNodes = this.childNodes.filter((one) => one !== node);
    node.parentNode = null;
  }
  dispatchEvent = (event) => document.dispatchEvent(event);
}

/** The blocks that a page's text has; `pageOf` writes such a text. */
const parse = (html) => ({ nodeType: 9, childNodes: [...html.matchAll(/<section id="(.*?)">(.*?)<\/section>/gs)].map(([, id, inner]) => new Block(id, inner)) });
const pageOf = (blocks) => Object.entries(blocks).map(([id, inner]) => `<section id="${id}">${inner}</section>`).join("");

/** Puts a page like one into Node's globals; what is set in `fails` fails from then on. */
export class Browser {
  /** @type {Set<"module" | "trap" | "playbook" | "network" | "page" | "localStorage" | "sessionStorage" | "cookies">} */
  fails = new Set();
  cookies = new Map();
  /** Cookies that scripts cannot see. */
  hidden = new Set();
  stored = { localStorage: new Map(), sessionStorage: new Map() };
  errors = [];
  #root;
  #timing = "";

  /** @param {(cookies: string) => { blocks: Record<string, string>, timing?: string }} serve @param {Uint8Array} playbook @param {new (playbook: Uint8Array) => object} Core */
  constructor(serve, playbook, Core) {
    this.serve = serve;
    this.playbook = playbook;
    this.Core = Core;
    this.load();
    const throws = (name) => {
      if (this.fails.has(name)) throw new Error(`${name}: denied`);
    };
    const set = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    for (const [name, map] of Object.entries(this.stored)) {
      const of = { getItem: (key) => map.get(key) ?? null, setItem: (key, value) => map.set(key, String(value)), removeItem: (key) => map.delete(key) };
      Object.defineProperty(globalThis, name, { get: () => (throws(name), of), configurable: true });
    }
    const events = new EventTarget();
    const browser = this;
    const place = { href: "http://localhost/", pathname: "/", search: "" };
    class Page extends EventTarget {
      nodeType = 9;
      readyState = "complete";
      visibilityState = "visible";
      referrer = "";
      activeElement = null;
      get childNodes() {
        return browser.#root.childNodes;
      }
      get cookie() {
        throws("cookies");
        return browser.#readable();
      }
      set cookie(text) {
        throws("cookies");
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(text);
        if (/Max-Age=0(;|$)/.test(text)) browser.cookies.delete(name);
        else browser.cookies.set(name, value);
      }
      createTreeWalker(root) {
        const nodes = flat(root).slice(1);
        return { nextNode: () => nodes.shift() ?? null };
      }
      createElement() {
        return { set innerHTML(html) { this.content = { cloneNode: () => ({ childNodes: html ? [new Piece(html)] : [] }) }; } };
      }
      importNode = (node) => node.cloneNode(true);
    }
    set("document", new Page());
    set("window", { location: place, navigator: { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" } });
    set("location", place);
    set("navigator", { languages: ["en"], doNotTrack: null });
    set("isSecureContext", true);
    set("Node", { ELEMENT_NODE: 1, COMMENT_NODE: 8 });
    set("NodeFilter", { SHOW_ELEMENT: 1, SHOW_COMMENT: 128 });
    set("DOMParser", class { parseFromString = parse; });
    set("MutationObserver", class { observe() {} });
    set("getSelection", () => null);
    set("performance", Object.assign(Object.create(performance), { getEntriesByType: () => [this.#navigation()] }));
    for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) set(name, events[name].bind(events));
    set("fetch", async (address, { credentials } = {}) => {
      throws("network");
      const isPlaybook = String(address).endsWith(".bin");
      if (this.fails.has(isPlaybook ? "playbook" : "page")) return { ok: false, status: 404 };
      if (isPlaybook) return { ok: true, arrayBuffer: async () => this.playbook.slice().buffer };
      const { html, timing } = this.#answer(credentials === "omit" ? "" : this.#readable());
      return { ok: true, text: async () => html, headers: { get: () => timing } };
    });
    delete globalThis.BroadcastChannel;
    document.addEventListener("parvis:error", ({ detail }) => this.errors.push(detail.message));
  }

  #readable = () => [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");

  #answer(cookies = this.#readable()) {
    const { blocks, timing, gone = [] } = this.serve(cookies);
    for (const name of gone) this.hidden.delete(name);
    return { html: pageOf(blocks), timing: timing === undefined ? "" : `parvis;desc="${timing}"` };
  }

  #navigation() {
    const entries = [...this.#timing.matchAll(/([\w-]+);desc="(.*?)"/g)].map(([, name, description]) => ({ name, description }));
    return { type: "navigate", transferSize: 1, activationStart: 0, serverTiming: entries };
  }

  /** Loads the page anew. */
  load() {
    const { html, timing } = this.#answer();
    this.#root = parse(html);
    this.#timing = timing;
  }

  /** What blocks show. */
  shows = () => this.#root.childNodes.map(({ childNodes }) => childNodes.map(({ html }) => html).join(""));

  /** Loads the module, or fails to. */
  module = async () => {
    if (this.fails.has("module")) throw new Error("Content Security Policy");
    const { fails, Core } = this;
    return class {
      #core;
      constructor(playbook) {
        this.#core = new Core(playbook);
      }
      marker = () => this.#core.marker();
      decide(...question) {
        if (fails.has("trap")) throw new WebAssembly.RuntimeError("unreachable");
        return this.#core.decide(...question);
      }
    };
  };
}
