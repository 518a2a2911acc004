// Serves the built web app: node scripts/web-server.mjs <port> <processes>. Rendering a page takes a whole core, so
// several processes share the port; one that dies is started again.
import cluster from "node:cluster";
import { createRequire } from "node:module";

const [port, processes] = process.argv.slice(2);
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");

cluster.setupPrimary({ exec: next, args: ["start", "-p", port, "-H", "127.0.0.1"] });
let stopping = false;
let served = false;
for (let i = 0; i < Number(processes); i++) cluster.fork();
cluster.on("listening", () => {
  served = true;
});
cluster.on("exit", (_worker, code) => {
  if (stopping) return;
  if (!served) process.exit(code || 1); // what cannot start once will not start the next time
  cluster.fork();
});
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    stopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.kill(signal);
    cluster.disconnect(() => process.exit(0));
  });
}
