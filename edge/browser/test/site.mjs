// A static site on localhost for the browser tests, with or without something like an edge before it.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

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
<div id="around"><!--block:recent-->${inner.recent}<!--/block:recent--><p id="after">Stays</p></div>
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

/**
 * Serves the site; `answer(request)` gives `{ placed, timing, headers }` for a page, and `marker` where blocks are marked by
 * another attribute than the usual one.
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
      const { placed, timing, headers = {}, entry = "index", marker = "data-block" } = answer(request);
      response.writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        ...(timing ? { "server-timing": `parvis;desc="${timing}"${marker === "data-block" ? "" : `, parvis-marker;desc="${marker}"`}` } : {}),
        ...headers,
      });
      response.end(html(placed, entry).replaceAll("data-block=", `${marker}=`));
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
