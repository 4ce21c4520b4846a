// Parvis before a site, in Node: `ORIGIN=http://127.0.0.1:8000 node server.mjs`.
import { readFileSync } from "node:fs";
import http from "node:http";

import { open, personalize } from "../dist/edge.js";
import { fetch, listener } from "../dist/node.js";

const file = (name) => readFileSync(new URL(name, import.meta.url));
const parvis = open({ module: file("../dist/edge.wasm"), playbook: file("playbook.bin"), keys: process.env.PARVIS_KEYS });
const origin = process.env.ORIGIN ?? "http://127.0.0.1:8000";

http
  .createServer(
    listener((request, { socket }) =>
      personalize(request, { parvis, origin, fetch, decodes: "never", clientIp: socket.remoteAddress, record: console.log }),
    ),
  )
  .listen(process.env.PORT ?? 7676, "127.0.0.1");
