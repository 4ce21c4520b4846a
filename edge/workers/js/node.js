/**
 * Node's side: `Request` and `Response` for `node:http`, and a `fetch` that leaves bodies as the origin sent them.
 *
 * Node's own `fetch` decodes every body and keeps what the head says of it, and adds headers of its own.
 */

import http from "node:http";
import https from "node:https";
import { Readable, pipeline } from "node:stream";

/** A listener for `http.createServer`, which answers each request as `answer` does. */
export function listener(answer) {
  return async (incoming, outgoing) => {
    let response;
    try {
      response = await answer(toRequest(incoming), incoming);
    } catch (error) {
      console.error("parvis:", error);
      response = new Response("The site is not available at the moment.\n", { status: 502 });
    }
    const { status, statusText, headers, body } = response;
    outgoing.writeHead(status, statusText, [...headers].flat());
    // `pipeline` lets the origin go when the visitor leaves, and breaks the response off when the origin does.
    if (body && incoming.method !== "HEAD") pipeline(Readable.fromWeb(body), outgoing, () => {});
    else outgoing.end();
  };
}

function toRequest(incoming) {
  const { method, rawHeaders, url, socket } = incoming;
  // Another form of target is for proxies. It is put behind the host, not resolved: `//other.example/` is a path.
  if (!url.startsWith("/")) throw new TypeError(`not a path: ${url}`);
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at], rawHeaders[at + 1]);
  const base = `${socket.encrypted ? "https" : "http"}://${headers.get("host") ?? "localhost"}`;
  const bodied = headers.has("transfer-encoding") || Number(headers.get("content-length")) > 0;
  const init = { method, headers };
  if (bodied && method !== "GET" && method !== "HEAD") Object.assign(init, { body: Readable.toWeb(incoming), duplex: "half" });
  return new Request(base + url, init);
}

/** Fetches without following redirects and without decoding: pass it with `decodes: "never"`. */
export function fetch(url, { method, headers, body, signal }) {
  const to = new URL(url);
  const { request } = to.protocol === "https:" ? https : http;
  const options = { method, signal, headers: Object.fromEntries(headers), path: url.slice(to.origin.length) };
  return new Promise((resolve, reject) => {
    const asked = request(to, options, (incoming) => {
      try {
        resolve(toResponse(incoming));
      } catch (error) {
        incoming.destroy();
        reject(error);
      }
    });
    asked.on("error", (error) => {
      // The origin closed a connection that was kept from another request: nothing was read of this one.
      const again = asked.reusedSocket && error.code === "ECONNRESET" && !body;
      if (again) fetch(url, { method, headers, signal }).then(resolve, reject);
      else reject(error);
    });
    if (body) pipeline(Readable.fromWeb(body), asked, () => {});
    else asked.end();
  });
}

function toResponse(incoming) {
  const headers = new Headers();
  const { rawHeaders, statusCode: status, statusMessage: statusText } = incoming;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at], rawHeaders[at + 1]);
  // Those of the connection with the origin end here.
  for (const name of ["connection", "keep-alive", "transfer-encoding", "trailer", "upgrade"]) headers.delete(name);
  const bare = [204, 205, 304].includes(status);
  if (bare) incoming.resume();
  return new Response(bare ? null : pieces(incoming), { status, statusText, headers });
}

/** The body, read when it is asked for. */
function pieces(incoming) {
  const each = incoming[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await each.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      },
      cancel(reason) {
        incoming.destroy(reason instanceof Error ? reason : undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
