/** An engine with a playbook and keys. */
export interface Parvis {
  /** Why there is no playbook, as in the record; empty where there is one. */
  readonly refused: string;
  /** Bytes of the module's memory, which grows and never shrinks. */
  readonly memory: number;
  /** Takes another playbook or other keys for requests that begin from now on. What is left out stays. */
  reload(given: { playbook?: Bytes; keys?: Bytes }): void;
}

export type Bytes = string | ArrayBuffer | ArrayBufferView;

/**
 * Opens the module. Without a playbook every page passes through; without keys nothing is remembered between visits.
 *
 * `module` is a compiled module, or its bytes where the runtime compiles (not in Cloudflare Workers).
 */
export function open(given: {
  module: WebAssembly.Module | ArrayBuffer | ArrayBufferView;
  playbook?: Bytes;
  keys?: Bytes;
}): Parvis;

/**
 * What the runtime's `fetch` does to a body with a `Content-Encoding`: nothing; decodes it when JavaScript reads it (Cloudflare);
 * decodes it unless `identity` was asked for (Deno); decodes it always (Bun, Node).
 */
export type Decodes = "never" | "when-read" | "unless-identity" | "always";

export interface Options {
  parvis: Parvis;
  /** Where pages come from: a URL without a path, or a function that fetches. */
  origin: string | URL | ((request: Request) => Response | Promise<Response>);
  decodes: Decodes;
  /** The runtime's, by default. It must not follow redirects when told so. */
  fetch?: (url: string, init: RequestInit & { headers: Headers }) => Promise<Response>;
  /** Where the visitor is, by the host's own geolocation. Leave out what is unknown: an unknown region is treated as opt-in. */
  geo?: {
    /** ISO 3166 country with or without subdivision: `FR`, `US-CA`. */
    region?: string | null;
    /** Latitude and longitude: `48.9,2.3`. */
    place?: string | null;
  };
  /** The class of device, if the host tells it: `desktop`, `mobile`, `tablet`, `bot`. */
  device?: string | null;
  /** The visitor's address, for `X-Forwarded-For`. What the visitor says of it is cut. */
  clientIp?: string | null;
  /** Gets the record of each request, a line of JSON. A promise goes to `waitUntil`. */
  record?: (line: string) => unknown;
  waitUntil?: (promise: Promise<unknown>) => void;
  /** Milliseconds for the head of the origin's response, and between pieces of its body. Without it the runtime's own limits hold. */
  patience?: number;
  /** For tests: the time in milliseconds since 1970, `null` for a host without a clock. */
  now?: number | null;
  /** For tests: 32 bytes, `null` for a host without entropy. */
  entropy?: Uint8Array | null;
}

/** Answers one request. */
export function personalize(request: Request, options: Options): Promise<Response>;
