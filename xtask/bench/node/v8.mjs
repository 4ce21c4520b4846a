// `node v8.mjs PAGES MODULES ROUNDS`: the modules of xtask/bench/guest in V8, beside two packages from npm.
//
// Interleaved rounds and medians, as in the other benches; time is what the main thread had of a processor.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { HTMLRewriter } from "html-rewriter-wasm";
import { parse } from "node-html-parser";

const [folder, modules, roundsText] = process.argv.slice(2);
const rounds = Number(roundsText);
const LEAST = 4e6; // nanoseconds
const CONTENT = "<h2>Welcome back</h2>";
const files = readdirSync(folder).filter((name) => name.endsWith(".html")).sort();
const pages = files.map((name) => {
  const bytes = readFileSync(join(folder, name));
  return { name, bytes, text: bytes.toString("latin1") };
});

/** Nanoseconds that this process has had of a processor: unlike the clock on the wall it stands still while others have it. */
const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
};

/** An instance that stays: one function of a module, on a page in its memory. */
const warm = (name, file, call) => {
  const host = { read: () => 0, write: () => {}, append: () => {} };
  const bytes = readFileSync(join(modules, file));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host });
  return {
    name,
    ready: (page) => {
      const at = exports.room(page.bytes.length);
      new Uint8Array(exports.memory.buffer).set(page.bytes, at);
    },
    run: () => call(exports),
  };
};

const contenders = [
  warm("memcpy", "ours-edge.wasm", (module) => module.copy()),
  warm("find (what is deployed)", "ours-edge.wasm", (module) => module.find()),
  warm("find, no simd128", "ours-edge-plain.wasm", (module) => module.find()),
  warm("find, whole module at opt 3", "ours-3.wasm", (module) => module.find()),
  warm("lol_html, 1 selector, opt 3", "lol-3.wasm", (module) => module.find(1)),
  warm("lol_html, 5 selectors, opt 3", "lol-3.wasm", (module) => module.find(5)),
  warm("lol_html, 20 selectors, opt 3", "lol-3.wasm", (module) => module.find(20)),
  warm("lol_html, 1 selector, opt s", "lol-edge.wasm", (module) => module.find(1)),
  {
    name: "html-rewriter-wasm 0.4.1 (npm)",
    run: async (page) => {
      let found = 0;
      const rewriter = new HTMLRewriter((chunk) => void chunk.length);
      rewriter.on("[data-block]", { element: () => void (found += 1) });
      try {
        await rewriter.write(page.bytes);
        await rewriter.end();
      } finally {
        rewriter.free();
      }
      return found;
    },
  },
  {
    name: "node-html-parser (npm), with toString",
    run: (page) => {
      const root = parse(page.text, { comment: true });
      const found = root.querySelectorAll("[data-block]");
      for (const block of found) block.set_content(CONTENT);
      root.toString();
      return found.length;
    },
  },
];

for (const page of pages) {
  const counts = [];
  for (const contender of contenders.slice(1)) {
    contender.ready?.(page);
    counts.push(await contender.run(page));
  }
  if (counts[0] !== counts[3]) throw new Error(`${page.name}: ${counts[0]} blocks, lol_html sees ${counts[3]}`);
}
const times = contenders.map(() => pages.map(() => []));
for (let round = 0; round < rounds; round += 1) {
  for (const [number, page] of pages.entries()) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const which = (turn + round) % contenders.length;
      const contender = contenders[which];
      contender.ready?.(page);
      const started = process.hrtime.bigint();
      const used = processorTime();
      let passes = 0;
      do {
        // Only a promise is awaited: an instance of ours answers at once.
        const answer = contender.run(page);
        if (typeof answer === "object") await answer;
        passes += 1;
      } while (Number(process.hrtime.bigint() - started) < LEAST);
      times[which][number].push((processorTime() - used) / passes);
    }
  }
  process.stderr.write(`\rround ${round + 1} of ${rounds}`);
}
process.stderr.write("\n");

const quantile = (values, share) =>
  [...values].sort((one, other) => one - other)[Math.round((values.length - 1) * share)];
const bytes = pages.reduce((sum, page) => sum + page.bytes.length, 0);
const medians = times.map((of) => of.map((values) => quantile(values, 0.5)));
const total = (which) => medians[which].reduce((sum, median) => sum + median, 0);
const geometric = (which, base) =>
  Math.exp(medians[which].reduce((sum, median, page) => sum + Math.log(medians[base][page] / median), 0) / pages.length);
const spread = (which) =>
  quantile(
    times[which].map((of) => (quantile(of, 0.75) - quantile(of, 0.25)) / 2 / quantile(of, 0.5)),
    0.5,
  );
const BASE = 4;
console.log(`\nV8 of Node ${process.versions.node}, warm instance, whole page in the module's memory`);
console.log(`${"".padEnd(38)}${"MB/s".padStart(8)}  x lol_html   geo. mean   spread`);
for (const [which, { name }] of contenders.entries()) {
  const row = [
    name.padEnd(38),
    ((bytes * 1e3) / total(which)).toFixed(0).padStart(8),
    `${(total(BASE) / total(which)).toFixed(2)}x`.padStart(12),
    `${geometric(which, BASE).toFixed(2)}x`.padStart(12),
    `${(spread(which) * 100).toFixed(0)}%`.padStart(9),
  ];
  console.log(row.join(""));
}
const goal = (what, reached, least) =>
  console.log(
    `  ${what.padEnd(56)}${reached.toFixed(2).padStart(7)} (goal >= ${least.toFixed(1)})  ${reached >= least ? "met" : "MISSED"}`,
  );
goal("find as deployed against lol_html at its fastest", total(BASE) / total(1), 8);
