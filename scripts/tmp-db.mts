import { startServices } from "/work/main/scripts/services";

const s = await startServices({ port: 3990 });
console.log(s.databaseUrl);
setInterval(() => {}, 1e6);
process.on("SIGTERM", () => s.stop().then(() => process.exit(0)));
