/** Heads: as the engine reads them, and as the origin gets them. */

/** Headers of one connection only (RFC 9110 section 7.6.1, and those that older software sends), and those that `fetch` writes. */
const HOP_BY_HOP = [
  "connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "expect", "host",
];

/** Names and values in turn. */
export function lines(headers) {
  const fields = [];
  for (const [name, value] of headers) fields.push(name, utf8(value));
  return fields;
}

/** Fields as the engine reads them. What has a NUL in it, which no head can, would shift all others. */
export const text = (fields) => fields.map((field) => (field ?? "").replaceAll("\0", "")).join("\0");

/** Headers without one. */
export function without(headers, name) {
  const others = new Headers(headers);
  others.delete(name);
  return others;
}

/** The visitor's headers as the origin gets them, before the engine's edits: without those of the connection and our cookies. */
export function toOrigin(request, parvis) {
  const headers = new Headers(request.headers);
  const listed = headers.get("connection")?.split(",") ?? [];
  for (const name of [...listed.map((name) => name.trim()).filter(isName), ...HOP_BY_HOP]) headers.delete(name);
  const cookies = headers.get("cookie");
  if (cookies !== null) {
    const others = parvis.others(cookies);
    if (others === undefined) headers.delete("cookie");
    else if (others !== cookies) headers.set("cookie", others);
  }
  return headers;
}

const isName = (name) => /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name);

/**
 * A header value as text. A head is bytes, of which most runtimes make a character each; where they are UTF-8, as browsers send
 * it, they are read so.
 */
function utf8(value) {
  if (!/[\x80-\xff]/.test(value) || /[^\0-\xff]/.test(value)) return value;
  return new TextDecoder().decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
}
