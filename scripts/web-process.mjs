// One process that serves the built web app: node scripts/web-process.mjs <port>. Started by web-server.mjs.
import { createServer } from "node:http";
import next from "next";
import pg from "pg";
import { DocumentCache } from "./document-cache.mjs";

const HOST = "127.0.0.1";
const RETRY_MS = 1000;
const port = Number(process.argv[2]);

const VERSION = Symbol.for("fovea.content-version"); // lib/core/content-version.ts
let version = 0;
const documents = new DocumentCache();
let stopping = false;
let listener = listen();

/** @param {boolean} open changes are heard of, from now on */
function changed(open) {
  version++;
  Object.assign(globalThis, { [VERSION]: open ? version : undefined });
  documents.listen(open);
}

/** Hears of changes of what pages show (migration 0010_content); while it cannot, nothing is kept for long. */
function listen() {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL, application_name: "fovea-documents" });
  const again = () => {
    if (listener !== client) return;
    changed(false);
    if (!stopping) {
      setTimeout(() => {
        listener = listen();
      }, RETRY_MS).unref();
    }
  };
  client.on("notification", () => changed(true));
  client.on("error", again).on("end", again);
  client
    .connect()
    .then(() => client.query("LISTEN fovea_content"))
    .then(
      () => changed(true),
      () => client.end().catch(again),
    );
  return client;
}

const app = next({ dev: false, hostname: HOST, port });
await app.prepare();
const handle = app.getRequestHandler();
const server = createServer((request, response) => {
  documents.serve(request, response, () => handle(request, response));
});
server.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
server.listen(port, HOST);

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    stopping = true;
    listener.end().catch(() => {});
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 3000).unref();
  });
}
