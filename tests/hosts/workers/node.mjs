/** `node node.mjs CONFIG`: parvis/edge in Node, for tests. */

import { readFileSync } from "node:fs";
import http from "node:http";
import { pathToFileURL } from "node:url";

import { answers } from "./harness.mjs";

const config = JSON.parse(readFileSync(process.argv[2], "utf8"));
const of = (name) => import(pathToFileURL(`${config.dist}/${name}`));
const read = (path) => (path ? readFileSync(path) : undefined);
const { fetch, listener } = await of("node.js");
const answer = answers(await of("edge.js"), {
  module: readFileSync(`${config.dist}/edge.wasm`),
  playbook: read(config.playbook),
  keys: read(config.keys),
  config,
  capabilities: { fetch, decodes: "never" },
  record: (line) => console.log(`record ${line}`),
});
const server = http.createServer({ maxHeaderSize: 64 * 1024 }, listener((request, { socket }) => answer(request, socket.remoteAddress)));
server.listen(0, "127.0.0.1", () => console.log(`listening ${server.address().address}:${server.address().port}`));
