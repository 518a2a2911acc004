// Serves the built web app: node scripts/web-server.mjs <port> <processes>. Rendering a page takes a whole core, so
// several processes share the port; one that dies is started again.
import cluster from "node:cluster";
import { fileURLToPath } from "node:url";

const [port, processes] = process.argv.slice(2);

cluster.setupPrimary({ exec: fileURLToPath(new URL("web-process.mjs", import.meta.url)), args: [port] });
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
