import type { IncomingMessage, RequestListener } from "node:http";

/** A listener for `http.createServer`. */
export function listener(answer: (request: Request, incoming: IncomingMessage) => Promise<Response>): RequestListener;

/** Fetches without following redirects and without decoding: pass it with `decodes: "never"`. */
export function fetch(url: string, init: RequestInit & { headers: Headers }): Promise<Response>;
