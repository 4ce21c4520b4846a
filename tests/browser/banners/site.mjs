// A site of one page with a banner in it, behind a host, and what the edge and the page make of a visitor's choice.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { places } from "../places.mjs";
import { folder, hosted } from "../servers.mjs";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const PACKAGES = fileURLToPath(new URL("../node_modules/", import.meta.url));

/** One campaign for each kind of permit that the edge's decisions show, and one that needs none. */
const draft = (consent) => ({
  format: 1,
  site: { name: "banners", host: "localhost", utc_offset_minutes: 0, marker: "data-block", seed: "banners", holdout_percent: 0 },
  consent,
  pages: [{ kind: "home", path: "/" }],
  blocks: Object.fromEntries(["always", "visit", "again", "test"].map((block) => [block, { pages: ["home"] }])),
  audiences: {},
  campaigns: [
    { id: "always", block: "always", when: { "page.kind": "home" }, variants: [{ id: "shown", html: "<p>Always</p>" }] },
    { id: "visit", block: "visit", when: { "visit.last_item": { $exists: true } }, variants: [{ id: "shown", html: "<p>Seen</p>" }] },
    { id: "again", block: "again", when: { "visitor.visits": { $gte: 1 } }, variants: [{ id: "shown", html: "<p>Again</p>" }] },
    { id: "test", block: "test", experiment: {}, variants: [{ id: "a", html: "<p>A</p>" }, { id: "same", control: true }] },
  ],
  catalog: { categories: {}, items: {} },
});

const html = (banner) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${banner.name}</title>
<main><div data-block="always">-</div><div data-block="visit">-</div><div data-block="again">-</div><div data-block="test">-</div></main>
<script type="module">
import { start } from "/dist/index.js";
window.parvis = start({ playbook: "/parvis/playbook.bin", edge: true });
</script>
${banner.html}`;

/** How long a record may come after its page, and how often it is looked for. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 20;

/** The site with `banner` behind `host`; `region` is where its visitors are. */
export async function bannerSite(banner, { host = "native", region = "FR" } = {}) {
  const origin = await serve(banner);
  const place = folder();
  const [draftFile, playbook] = [join(place, "playbook.json"), join(place, "playbook.bin")];
  writeFileSync(draftFile, JSON.stringify(draft(banner.consent)));
  execFileSync(places.command, ["compile", draftFile, "-o", playbook], { stdio: "pipe" });
  const started = await hosted({ host, country: region, origin: origin.url, playbook });
  return { ...started, region, draft: draftFile, banner, stop: async () => { await started.stop(); origin.close(); } };
}

/** What `parvis consent --batch` says of a `Cookie` header: state and decision of each purpose. */
export function resolved(site, cookie, headers = {}) {
  const cookies = Object.fromEntries((cookie ?? "").split("; ").filter(Boolean).map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
  const line = JSON.stringify({ id: "visitor", cookies, headers, region: site.region, now: new Date().toISOString() });
  const said = execFileSync(places.command, ["consent", "--batch", "-", "--playbook", site.draft], { input: `${line}\n` });
  const { purposes } = JSON.parse(said);
  return Object.fromEntries(Object.entries(purposes).map(([purpose, { state, decision }]) => [purpose, `${state} ${decision}`]));
}

/** The reason of each block in the record of the page that the host answered last; scripts are not told. */
export async function reasons({ said }) {
  for (let waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
    const record = said.findLast((line) => line.startsWith("{") && line.includes('"blocks":'));
    if (record) return JSON.parse(record).blocks;
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  return {};
}

async function serve(banner) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      const file = pathname.startsWith("/dist/") ? join(places.package, "..", pathname.slice(6))
        : pathname.startsWith("/npm/") ? join(PACKAGES, pathname.slice(5)) : null;
      response.setHeader("content-type", file ? TYPES[extname(file)] ?? "application/octet-stream" : "text/html; charset=utf-8");
      response.end(file ? readFileSync(file) : pathname === "/" ? html(banner) : "");
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  server.unref();
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => { server.close(); server.closeAllConnections(); } };
}
