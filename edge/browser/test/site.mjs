// A static site on localhost for the browser tests, with or without something like an edge before it.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

import { FLAG } from "../js/names.js";

/** Without it the browser says that it has no window, and is put aside as a robot. */
export const WINDOWED = "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".bin": "application/octet-stream" };
const dist = new URL("../dist/", import.meta.url);

const DEFAULT = {
  hero: "<h1>Welcome</h1>",
  recent: "<p>Nothing seen yet</p>",
  offer: "<p>An offer <button>Take it</button></p>",
  again: "<p>Hello</p>",
};

/** The page: blocks with default content, or with what `placed` says. */
function html(placed, entry) {
  const inner = { ...DEFAULT, ...placed };
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title>
<main>
<section data-block="hero">${inner.hero}</section>
<div id="around"><!-- block:recent -->${inner.recent}<!-- /block:recent --><p id="after">Stays</p></div>
<section data-block="offer" style="display: block">${inner.offer}</section>
<section data-block="again">${inner.again}</section>
<div id="shelves"><div data-block="one">1<input id="inside"></div> <!--block:two-->2<!--/block:two--><hr><div data-block="three">3</div></div>
<div data-block="card"><h2 data-part="title">Lamps</h2><a data-part="link" href="/all">All</a></div>
<button id="elsewhere">Elsewhere</button>
</main>
<script type="module">
import { start } from "/dist/${entry}.js";
window.heard = [];
for (const type of ["decision", "applied", "held", "consent", "error"])
  document.addEventListener("parvis:" + type, ({ type, detail, target }) => heard.push({ type, ...detail, on: target.nodeName }));
window.begin = (options) => (window.parvis = start({ playbook: "/parvis/playbook.bin", wasm: "/dist/core.wasm", country: "FR", ...options }));
window.loaded = true;
</script>`;
}

/** What an edge says of the consent in a request's cookies. */
function digest(cookies = "") {
  const fnv = (text) => [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5) >>> 0;
  const flags = cookies.split("; ").filter((cookie) => FLAG.test(cookie.split("=")[0]) && !cookie.startsWith("parvis-visit="));
  return flags.reduce((sum, flag) => (sum + fnv(flag)) >>> 0, 0).toString(16).padStart(8, "0");
}

/**
 * Serves the site; `answer(request)` gives `{ placed, timing, names, headers }` for a page, and `marker` where blocks are marked
 * by another attribute than the usual one; `body` stands behind the page.
 *
 * @returns {Promise<{ origin: string, requests: { path: string, cookie: string }[], close(): Promise<void> }>}
 */
export async function serve(playbook, answer = () => ({})) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    requests.push({ path: pathname, cookie: request.headers.cookie ?? "" });
    try {
      if (pathname === "/parvis/playbook.bin") return void response.end(playbook);
      if (pathname.startsWith("/dist/")) {
        response.setHeader("content-type", TYPES[pathname.slice(pathname.lastIndexOf("."))] ?? "text/plain");
        return void response.end(await readFile(new URL(pathname.slice(6), dist)));
      }
      if (pathname === "/favicon.ico") return void response.writeHead(204).end();
      const { placed, timing, names, headers = {}, entry = "index", marker = "data-block", body = "" } = answer(request);
      const said = [
        ...(timing === undefined ? [] : [["parvis", timing], ["parvis-used", digest(request.headers.cookie)]]),
        ...(marker === "data-block" ? [] : [["parvis-marker", marker]]),
        ...(names ? [["parvis-names", names]] : []),
      ];
      const told = said.map(([name, text]) => `${name};desc="${text}"`).join(", ");
      response.writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        ...(timing ? { "cache-control": "private, no-cache" } : {}),
        ...(told && { "server-timing": told }),
        ...headers,
      });
      response.end(html(placed, entry).replaceAll("data-block=", `${marker}=`) + body);
    } catch (error) {
      response.writeHead(404).end(String(error));
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://localhost:${server.address().port}`,
    requests,
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
  };
}
