// The servers of one test file, on free loopback ports: origin, a listener before it, and the host under test.
//
//   test ──▶ host, as tests/hosts starts it ──▶ listener, which notes what the origin is asked ──▶ origin
//
// All of them end with this process, however it ends.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { places, ROOT } from "./places.mjs";

/** Viceroy compiles the module before it answers. */
const PATIENCE_MS = 60_000;
const KEPT_LINES = 200;

const children = new Set();
const folders = new Set();
process.on("exit", stopAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

/**
 * The shop behind a host, named like its folder in `edge`; `country` is where its visitors are.
 *
 * `url` and `originUrl` have no slash at the end; `asked` is what the origin was asked, `said` what the host printed.
 */
export async function shop({ host, country = "PT" }) {
  const origin = await startOrigin();
  const asked = [];
  const listener = await listen(origin.url, asked);
  const started = await hosted({ host, country, origin: listener.url, playbook: shopPlaybook() });
  const stop = async () => {
    await started.stop();
    listener.close();
    await origin.stop();
  };
  return { host, url: started.url, originUrl: origin.url, asked, said: started.said, stop };
}

/** A host before `origin`, with the compiled playbook in a file; `country` may be `US-CA`. */
export async function hosted({ host, origin, country, playbook }) {
  const started = start(places.host, [host, new URL(origin).host, playbook, keys(), country], "pipe");
  const [, address] = await started.line(/^listening (\S+)$/);
  return { ...started, url: await answers(`http://${address}`, started) };
}

/** Ends every server and removes what they were given. */
export function stopAll() {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

async function startOrigin() {
  const started = start(places.xtask, ["origin", "--dir", places.shop, "--port", "0"]);
  const [, url] = await started.line(/^origin: (\S+)$/);
  return { ...started, url };
}

function shopPlaybook() {
  return join(places.shop, "parvis/playbook.bin");
}

function keys() {
  const file = join(folder(), "keys.txt");
  writeFileSync(file, `1:${randomBytes(32).toString("hex")}\n`);
  return file;
}

/** A folder of this run's own. */
export function folder() {
  const made = mkdtempSync(join(tmpdir(), "parvis-browser-"));
  folders.add(made);
  return made;
}

/** Starts a program; `said` keeps its last lines, `line` waits for one. With the input "pipe" it ends when its input does. */
function start(program, words, input = "ignore") {
  const child = spawn(program, words, { cwd: ROOT, stdio: [input, "pipe", "pipe"] });
  if (input === "ignore") children.add(child);
  const said = [];
  const waiting = new Set();
  const hear = (line) => {
    said.push(line);
    if (said.length > KEPT_LINES) said.shift();
    for (const wait of waiting) wait(line);
  };
  const ended = new Promise((done) => {
    child.on("error", (error) => { hear(String(error)); done(error.message); });
    child.on("exit", (code, signal) => { children.delete(child); done(signal ?? `code ${code}`); });
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      lines.forEach(hear);
    });
  }
  const name = `${program} ${words.join(" ")}`;
  const early = ended.then((how) => Promise.reject(new Error(`\`${name}\` ended (${how}):\n${said.join("\n")}`)));
  early.catch(() => {});
  const line = (pattern) => Promise.race([early, new Promise((found) => {
    const wait = (text) => { const match = pattern.exec(text); if (match) found(match); };
    waiting.add(wait);
    said.forEach(wait);
  })]);
  const stop = async () => { child.stdin ? child.stdin.end() : child.kill("SIGKILL"); await ended; };
  return { name, said, early, line, stop };
}

/** The address of a server, once it answers at all. */
async function answers(url, { name, early, said }) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answered = await Promise.race([early, fetch(`${url}/img/icon.svg`).then(() => true, () => false)]);
    if (answered) return url;
    if (Date.now() > deadline) throw new Error(`\`${name}\` does not answer on ${url}:\n${said.join("\n")}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Passes everything on to the origin and notes method, path and headers of each request. */
async function listen(originUrl, asked) {
  const { hostname, port } = new URL(originUrl);
  // Cookies alone may reach 32 KB here.
  const server = createServer({ maxHeaderSize: 128 * 1024 }, (incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    asked.push({ method, path, headers });
    const onward = request({ hostname, port, method, path, headers }, (response) => {
      outgoing.sendDate = false;
      outgoing.writeHead(response.statusCode, response.rawHeaders);
      response.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  server.unref();
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => { server.close(); server.closeAllConnections(); } };
}
