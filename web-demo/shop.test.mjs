// Holds the promises that the demo shop makes to browser tests and to visitors. Run: node --test web-demo/
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const playbook = JSON.parse(readFileSync(join(HERE, "playbook.json"), "utf8"));
const out = build();
const pages = files(out).filter((name) => name.endsWith(".html"));
const page = (name) => readFileSync(join(out, name), "utf8");

after(() => rmSync(out, { recursive: true }));

test("there are nineteen pages, and two builds give the same bytes", () => {
  assert.equal(pages.length, 1 + 1 + 1 + 1 + 3 + 12);
  const again = build();
  assert.deepEqual(files(again), files(out));
  for (const name of files(out)) assert.deepEqual(readFileSync(join(again, name)), readFileSync(join(out, name)), name);
  rmSync(again, { recursive: true });
});

test("every page carries exactly the blocks that the playbook gives its kind, once", () => {
  for (const name of pages) {
    const found = [...page(name).matchAll(/data-block="([\w-]+)"/g)].map((match) => match[1]).sort();
    const declared = Object.entries(playbook.blocks).filter(([, block]) => block.pages.includes(kind(name))).map(([id]) => id);
    assert.deepEqual(found, declared.sort(), name);
  }
});

test("no page needs a relaxed content security policy or another host", () => {
  for (const name of pages) {
    const text = page(name);
    assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|javascript:|https?:\/\//i, name);
    for (const [, attributes, body] of text.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)) {
      assert.equal(body, "", `${name}: inline script`);
      assert.match(attributes, /type="module"/);
    }
  }
});

test("every address in pages and templates leads somewhere", () => {
  const templates = variants().map(({ html }) => html);
  for (const text of [...pages.map(page), ...templates]) {
    for (const [, address] of text.matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (address.startsWith("#") || address.startsWith("{{") || address.startsWith("/vendor/")) continue;
      assert.ok(existsSync(join(out, fileOf(address))), `\`${address}\` leads nowhere`);
    }
  }
});

test("a variant keeps the heading level of the default content and every picture keeps its size", () => {
  for (const { block, id, html } of variants()) {
    const [name] = pages.filter((name) => page(name).includes(`data-block="${block}"`));
    const standard = page(name).match(new RegExp(`data-block="${block}"[^]*?</section>`))[0];
    assert.equal(html.match(/<h\d/)[0], standard.match(/<h\d/)[0], id);
    for (const [image] of html.matchAll(/<img[^>]*>/g)) assert.match(image, /alt="[^"]*" width="\d+" height="\d+"/, id);
    assert.doesNotMatch(html, new RegExp(playbook.site.marker), id);
  }
});

test("campaigns name audiences and blocks that exist, and only experiments have several variants", () => {
  const ids = playbook.campaigns.map((campaign) => campaign.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, audience, block, variants: all, experiment } of playbook.campaigns) {
    assert.ok(audience in playbook.audiences, id);
    assert.ok(block in playbook.blocks, id);
    assert.equal(all.length > 1, Boolean(experiment), id);
  }
});

test("a picture draws only in colors of the palette and asks for nothing", () => {
  for (const name of readdirSync(join(out, "img"))) {
    const text = readFileSync(join(out, "img", name), "utf8");
    assert.doesNotMatch(text, /undefined|<script|href=|url\(|\{\{/, name);
    assert.ok(text.length < 12_000, `${name} is ${text.length} bytes`);
  }
});

function build() {
  const target = mkdtempSync(join(tmpdir(), "kveld-"));
  execFileSync(process.execPath, [join(HERE, "build.mjs"), target]);
  return target;
}

function files(root) {
  return readdirSync(root, { recursive: true }).map(String).filter((name) => statSync(join(root, name)).isFile())
    .map((name) => relative(root, join(root, name))).sort();
}

function kind(name) {
  if (name.startsWith("p/")) return "product";
  if (name.startsWith("c/")) return "category";
  return { "cart.html": "cart", "ordered.html": "ordered", "index.html": "home" }[name];
}

function fileOf(address) {
  const [path] = address.split(/[?#]/);
  if (path === "/") return "index.html";
  return /\.\w+$/.test(path) ? path : `${path}.html`;
}

function variants() {
  return playbook.campaigns.flatMap(({ id, block, variants: all }) =>
    all.filter((variant) => variant.html).map((variant) => ({ block, id: `${id}/${variant.id}`, html: variant.html })));
}
