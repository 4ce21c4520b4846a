// Plain HTTP, without a browser's cache, cookies or decoding, to see bytes and headers as they are.
import { request } from "node:http";

/** A browser as far as a host can tell; robots are put aside. */
export const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

/**
 * Asks once. `headers` maps names to a value or several.
 *
 * Resolves to `{ status, headers, setCookie, body }`: names in lower case, the values of one name joined with commas,
 * but those of `Set-Cookie` as a list.
 */
export function ask(url, { method = "GET", headers = {} } = {}) {
  return new Promise((done, fail) => {
    const sent = request(url, { method, headers: { "user-agent": USER_AGENT, ...headers }, agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", fail);
      response.on("end", () => {
        const { "set-cookie": setCookie = [], ...rest } = response.headers;
        done({ status: response.statusCode, headers: rest, setCookie, body: Buffer.concat(parts) });
      });
    });
    sent.on("error", (error) => fail(new Error(`${method} ${url}: ${error.message}`)));
    sent.end();
  });
}

/** Where two bodies differ, with what is there; null when they are the same bytes. */
export function difference(got, wanted) {
  if (got.equals(wanted)) return null;
  let at = 0;
  while (at < got.length && got[at] === wanted[at]) at += 1;
  const around = (body) => JSON.stringify(body.subarray(Math.max(0, at - 40), at + 80).toString("latin1"));
  return `differs at byte ${at} (${got.length} bytes, not ${wanted.length}):\n  got    ${around(got)}\n  wanted ${around(wanted)}`;
}
