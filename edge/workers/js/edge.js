/**
 * Parvis for edges that speak fetch: one file for every runtime. What a runtime has (fetch, place, decoding) is passed in.
 *
 * It carries out what the engine says and decides nothing. Clock, entropy and fetch are touched while a request is answered, never
 * when this file is loaded: Cloudflare forbids two of them there.
 */

import { glue } from "./glue.js";
import { toOrigin, lines, text, without } from "./head.js";
import { rewritten, watched } from "./body.js";

/** What a runtime's `fetch` does to bodies in a content coding. */
const DECODES = ["never", "when-read", "unless-identity", "always"];
/** Codings that every `fetch` which decodes can read; `br` came last, years ago. */
const CODINGS = ["gzip", "x-gzip", "deflate", "br"];
/** Statuses whose responses have no body. */
const BARE = [101, 204, 205, 304];

/** An engine with a playbook and keys. */
class Parvis {
  #module;
  #given;
  #instance;
  #edge;

  constructor({ module, playbook, keys }) {
    const kind = Object.prototype.toString.call(module);
    // A module of another realm is no `instanceof` of ours (edge-runtime).
    this.#module = kind === "[object WebAssembly.Module]" ? module : new WebAssembly.Module(module);
    this.#given = { playbook: bytes(playbook), keys: bytes(keys) };
    this.#renew();
  }

  #renew() {
    this.#instance = new Instance(this.#module);
    this.#edge = this.#instance.open(this.#given);
  }

  /** Why there is no playbook, as in the record; empty where there is one. */
  get refused() {
    return this.#edge.refused();
  }

  /** Bytes of the module's memory, which grows and never shrinks. */
  get memory() {
    return this.#instance.memory.buffer.byteLength;
  }

  /** Takes another playbook, other keys, for requests that begin from now on. What is left out stays. */
  reload({ playbook, keys }) {
    if (playbook !== undefined) this.#given.playbook = bytes(playbook);
    if (keys !== undefined) this.#given.keys = bytes(keys);
    const before = this.#edge;
    this.#edge = this.#instance.open(this.#given);
    // Requests under way hold the engine that they began with.
    before.free();
  }

  /** The engine's side of one request; `undefined` after a trap. */
  begin(head, now, entropy, end) {
    return this.#ask((edge, instance) => new Talk(instance, edge.begin(head, now, entropy), end, (error) => this.#trapped(instance, error)));
  }

  /** What is cut from a request that passes without the engine. */
  cut(head) {
    return this.#ask((edge) => edge.cut(head)) ?? "";
  }

  /** Cookies without ours. */
  others(cookies) {
    return this.#ask((edge) => edge.others(cookies));
  }

  #ask(question) {
    const instance = this.#instance;
    try {
      return question(this.#edge, instance);
    } catch (error) {
      this.#trapped(instance, error);
    }
  }

  /** An instance that trapped is never asked again: its memory may be in any state. */
  #trapped(instance, error) {
    instance.dead = true;
    if (instance === this.#instance) this.#renew();
    globalThis.console?.error("parvis: the engine stopped and was started again:", error);
  }
}

/** One instance of the module, with the room that all requests share. */
class Instance {
  dead = false;

  constructor(module) {
    const { Edge, Room, start } = glue();
    this.memory = start(module).memory;
    this.room = new Room();
    this.open = ({ playbook, keys }) => new Edge(playbook, keys);
  }

  /** What came out, copied: memory moves when it grows, so no view of it is kept. */
  out(length) {
    return new Uint8Array(this.memory.buffer, this.room.output(), length).slice();
  }

  /** Puts bytes into the room. */
  in(piece) {
    const at = this.room.input(piece.byteLength);
    new Uint8Array(this.memory.buffer, at, piece.byteLength).set(piece);
  }
}

/** One conversation, which is freed when it is over, however that comes. */
class Talk {
  #instance;
  #said;
  #end;
  #trapped;

  constructor(instance, said, end, trapped) {
    this.#instance = instance;
    this.#said = said;
    this.#end = end;
    this.#trapped = trapped;
  }

  /** Whether nothing can be asked any more. */
  get over() {
    return !this.#said || this.#instance.dead;
  }

  /** Asks the engine; `undefined` where it trapped, now or for another request. */
  ask(question) {
    if (this.over) return undefined;
    try {
      return question(this.#said, this.#instance);
    } catch (error) {
      this.#trapped(error);
    }
  }

  /** Rewrites a piece of the body, or ends it. */
  rewrite(piece) {
    return this.ask((said, instance) => {
      if (piece) instance.in(piece);
      return instance.out(piece ? said.push(instance.room) : said.end(instance.room));
    });
  }

  /** The origin did not respond, or broke off. */
  fail() {
    return this.ask((said) => said.fail());
  }

  /** Writes the record and frees what the engine has of this request. */
  close() {
    const record = this.ask((said) => said.record());
    if (!this.over) this.#said.free();
    this.#said = undefined;
    if (record !== undefined) this.#end(record);
  }
}

/** Opens the module with a compiled playbook and the keys of visitor memory. */
export function open(given) {
  return new Parvis(given);
}

/** Answers one request. */
export async function personalize(request, options) {
  const { parvis, decodes, geo, clientIp, device, record, waitUntil } = options;
  if (!DECODES.includes(decodes)) throw new TypeError(`decodes must be one of ${DECODES.join(", ")}`);
  if (request.headers.get("upgrade")?.toLowerCase() === "websocket") return plain(501, "This edge cannot do that.\n");
  const url = new URL(request.url);
  const facts = [request.method, url.pathname, url.search.slice(1), geo?.region, geo?.place, device];
  const head = text([...facts, ...lines(request.headers)]);
  const now = options.now === undefined ? Date.now() : options.now ?? undefined;
  const entropy = options.entropy === undefined ? crypto.getRandomValues(new Uint8Array(32)) : options.entropy ?? new Uint8Array();
  const talk = parvis.begin(head, now, entropy, (line) => logged(record, waitUntil, line));
  const [what, ...edits] = split(talk?.ask((said) => said.start()) ?? parvis.cut(head));
  if (what.startsWith("answer")) {
    const body = talk.ask((said) => said.answer());
    talk.close();
    return new Response(request.method === "HEAD" ? null : body, { status: Number(what.slice(7)), headers: edit(new Headers(), edits) });
  }
  const asked = edit(toOrigin(request, parvis), edits);
  // What a client says of its address was cut.
  if (clientIp) asked.set("x-forwarded-for", clientIp);
  let response;
  try {
    response = await ask(request, asked, options);
  } catch {
    const [, ...edits] = split(talk?.fail() ?? "");
    talk?.close();
    return plain(502, "The site is not available at the moment.\n", edits);
  }
  return respond(request, response, talk, decoding(response, asked, decodes), options.patience);
}

/** Fetches from the origin, which has `patience` milliseconds for its head. */
async function ask(request, headers, { origin, decodes, fetch = globalThis.fetch, patience }) {
  const abort = patience && new AbortController();
  const timer = patience && setTimeout(() => abort.abort(), patience);
  try {
    const init = { method: request.method, headers, redirect: "manual" };
    if (abort) init.signal = abort.signal;
    // A part of a coded body cannot be decoded.
    if (headers.has("range") && DECODES.indexOf(decodes) > 1) headers.set("accept-encoding", "identity");
    if (request.body) Object.assign(init, { body: request.body, duplex: "half" });
    let response;
    if (typeof origin === "function") {
      response = await origin(new Request(request.url, init));
    } else {
      const { protocol, host } = new URL(request.url);
      headers.set("x-forwarded-host", host);
      headers.set("x-forwarded-proto", protocol.slice(0, -1));
      const target = request.url.slice(request.url.indexOf("/", request.url.indexOf("//") + 2)).split("#", 1)[0];
      response = await fetch(String(origin).replace(/\/$/, "") + target, init);
    }
    if (response.status < 200) throw new TypeError("no response");
    return response;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a body is plain once it is read, whatever its head says, and whether it is where it is handed on. */
function decoding(response, asked, decodes) {
  const codings = response.headers.get("content-encoding")?.toLowerCase().split(",").map((coding) => coding.trim()) ?? [];
  const known = codings.length > 0 && codings.every((coding) => CODINGS.includes(coding));
  const read = known && decodes !== "never" && !(decodes === "unless-identity" && asked.get("accept-encoding") === "identity");
  return { read, handedOn: read && decodes !== "when-read" };
}

/** The origin's response with the engine's edits. */
function respond(request, response, talk, decoded, patience) {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  const head = text(lines(decoded.read ? without(headers, "content-encoding") : headers));
  const [what, ...edits] = split(talk?.ask((said) => said.respond(status, head)) ?? "copy");
  edit(headers, edits);
  const rewrites = what === "rewrite";
  if (rewrites ? decoded.read : decoded.handedOn) plainly(headers);
  if (rewrites) headers.delete("content-length");
  const body = BARE.includes(status) || request.method === "HEAD" ? null : response.body;
  if (rewrites && body) return new Response(rewritten(body, talk, patience), { status, statusText, headers });
  if (rewrites) talk.rewrite();
  talk?.close();
  return new Response(patience && body ? watched(body, patience) : body, { status, statusText, headers });
}

/** The head of a body that was decoded on its way: its length is another, and a validator is of another's bytes. */
function plainly(headers) {
  for (const name of ["content-encoding", "content-length", "accept-ranges"]) headers.delete(name);
  const etag = headers.get("etag");
  if (etag?.startsWith('"')) headers.set("etag", `W/${etag}`);
}

/** Fields of a text from the engine. */
const split = (said) => said.split("\0");

/** Applies edits: `-name`, `=name` or `+name`, each with a value behind it. */
function edit(headers, edits) {
  for (let at = 0; at + 1 < edits.length; at += 2) {
    const [kind, name] = [edits[at][0], edits[at].slice(1)];
    if (kind === "-") headers.delete(name);
    else if (kind === "=") headers.set(name, edits[at + 1]);
    else headers.append(name, edits[at + 1]);
  }
  return headers;
}

function plain(status, said, edits = []) {
  const headers = new Headers({ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  return new Response(said, { status, headers: edit(headers, edits) });
}

/** A log that fails is no reason for a page to fail. */
function logged(record, waitUntil, line) {
  try {
    const written = record?.(line);
    if (typeof written?.then === "function") waitUntil?.(Promise.resolve(written).catch(() => {}));
  } catch (error) {
    globalThis.console?.error("parvis: the record was not written:", error);
  }
}

/** What a runtime gives as bytes: text, a buffer, a view, or nothing. */
function bytes(given) {
  if (given == null) return undefined;
  if (typeof given === "string") return new TextEncoder().encode(given);
  return ArrayBuffer.isView(given) ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength) : new Uint8Array(given);
}
