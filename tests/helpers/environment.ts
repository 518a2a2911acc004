// Runs before each test file: nothing from the developer's shell may change a test, and files go to a folder of their own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { setLogWriter } from "../../lib/core/log";

const home = mkdtempSync(join(tmpdir(), "fovea-test-"));
for (const name of [
  "DATABASE_URL",
  "STORAGE_URL",
  "EXPLAINER_BASE_URL",
  "EXPLAINER_MODEL",
  "EXPLAINER_API_KEY",
  "EXPLAINER_CONCURRENCY",
  "EXPLAINER_RPM",
  "EXPLAINER_TIMEOUT_MS",
  "EXPLAINER_PRICE_IN",
  "EXPLAINER_PRICE_OUT",
  "EXPLAINER_LANGUAGES",
  "EMBEDDER_BASE_URL",
  "EMBEDDER_MODEL",
  "EMBEDDER_API_KEY",
  "FOVEA_TOKEN",
  "HF_ENDPOINT",
  "HF_TOKEN",
  "WORKER_LANES",
  "PORT",
]) {
  delete process.env[name];
}
process.env.FOVEA_HOME = home;
setLogWriter(() => {});

afterAll(() => rmSync(home, { recursive: true, force: true }));
