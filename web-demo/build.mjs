// Builds Kveld, the demo shop: node web-demo/build.mjs OUT_DIR [--vendor COOKIECONSENT_DIST] [--parvis BROWSER_PACKAGE]
//
// Plain Node, no dependencies. Pages from `pages/`, words from `catalog.json`, drawings from `pictures/`, styles from
// `css/`, scripts from `static/`. Two builds of the same sources give the same bytes. Fails when the catalog of
// `playbook.json` disagrees with the shop's own.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cart } from "./pages/cart.mjs";
import { category } from "./pages/category.mjs";
import { home } from "./pages/home.mjs";
import { layout } from "./pages/layout.mjs";
import { missing } from "./pages/missing.mjs";
import { ordered } from "./pages/ordered.mjs";
import { picture } from "./pages/pictures.mjs";
import { product } from "./pages/product.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const VENDOR_FILES = ["cookieconsent.esm.js", "cookieconsent.css"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { vendor: { type: "string" }, parvis: { type: "string" } },
});
const [out] = positionals;
if (!out || positionals.length !== 1) fail("usage: node web-demo/build.mjs OUT_DIR [--vendor DIR] [--parvis DIR]");

const shop = json("catalog.json");
compareCatalogs(shop, json("playbook.json").catalog);

if (existsSync(join(out, "js", "catalog.js"))) rmSync(out, { recursive: true }); // an earlier build
writePages();
writePictures();
write("shop.css", readdirSync(join(HERE, "css")).sort().map((name) => source("css", name)).join("\n"));
cpSync(join(HERE, "static"), out, { recursive: true });
write("js/catalog.js", `// Written by build.mjs from catalog.json.\nexport const items = ${JSON.stringify(forScripts(), null, 1)};\n`);
if (values.vendor) for (const name of VENDOR_FILES) vendor(join(values.vendor, name), name);
if (values.parvis) cpSync(values.parvis, join(out, "vendor", "parvis"), { recursive: true });

function writePages() {
  const page = (path, kind, here, title, description, main) =>
    write(path, layout({ title, description, kind, here, main, categories: shop.categories }));
  page("index.html", "home", "/", "Kveld: light for the long evenings",
    "Four lamps, four things to sit and work at, four small objects. From Bergen.", home(shop));
  page("cart.html", "cart", "/cart", "Basket · Kveld", "What you have put aside.", cart(shop));
  page("ordered.html", "ordered", "", "Your order · Kveld", "What you have ordered.", ordered());
  page("404.html", "missing", "", "Nothing here · Kveld", "There is no page at this address.", missing(shop));
  for (const [id, one] of Object.entries(shop.categories)) {
    page(`c/${id}.html`, "category", one.url, `${one.title} · Kveld`, one.lead, category(id, one, shop));
  }
  for (const [id, one] of Object.entries(shop.items)) {
    page(`p/${id}.html`, "product", one.url, `${one.title} · Kveld`, one.line, product(id, one, shop));
  }
}

function writePictures() {
  const palette = json("pictures/palette.json");
  for (const name of readdirSync(join(HERE, "pictures")).filter((name) => name.endsWith(".svg"))) {
    write(`img/${name}`, picture(source("pictures", name), palette));
  }
}

/** What the scripts of the shop need to know of a product. */
function forScripts() {
  return Object.fromEntries(Object.entries(shop.items).map(([id, item]) => {
    const { title, url, image, price, category, line, text } = item;
    return [id, { title, url, image, price, category, line, text, alt: `${title}, drawn.` }];
  }));
}

function compareCatalogs(ours, theirs) {
  const fields = { categories: ["title", "url"], items: ["title", "url", "image", "price", "category"] };
  for (const [part, names] of Object.entries(fields)) {
    const ids = new Set([...Object.keys(ours[part]), ...Object.keys(theirs[part])]);
    for (const id of ids) for (const name of names) {
      const [here, there] = [ours[part][id]?.[name], theirs[part][id]?.[name]];
      if (here !== there) fail(`${part} \`${id}\`: \`${name}\` is \`${here}\` in catalog.json and \`${there}\` in playbook.json; make them equal`);
    }
  }
}

function vendor(from, name) {
  mkdirSync(join(out, "vendor"), { recursive: true });
  copyFileSync(from, join(out, "vendor", name));
}

function source(...path) {
  return readFileSync(join(HERE, ...path), "utf8");
}

function json(path) {
  return JSON.parse(source(path));
}

function write(path, text) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), String(text));
}

function fail(message) {
  console.error(`web-demo/build.mjs: ${message}`);
  process.exit(2);
}
