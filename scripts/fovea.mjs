#!/usr/bin/env node
// `npx fovea`: the command line is TypeScript, which Node 20 runs through tsx.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./fovea.ts", import.meta.url));
const loader = import.meta.resolve("tsx");
const flags = ["--conditions=react-server", "--import", loader];
const { status } = spawnSync(process.execPath, [...flags, script, ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 1;
