import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
// In plain Node `server-only` throws on import; tests stand in for the server, so it resolves to its empty half.
const alias = { "@": root.replace(/\/$/, ""), "server-only": `${root}node_modules/server-only/empty.js` };

// Numbers against PyTorch and finite differences: minutes of computing, so they are no part of `npm run check`.
const MODELS = ["tests/models/**/*.test.ts", "lib/onnx/gradients/**/*.test.ts", "lib/onnx/differentiate*.test.ts"];

const withDatabase = (name: string) => ({
  resolve: { alias },
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    environment: "node" as const,
    pool: "forks" as const,
    globalSetup: ["tests/helpers/database-server.ts"],
    setupFiles: ["tests/helpers/environment.ts", "tests/helpers/clone-database.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // A time zone with an odd offset, so that a forgotten zone fails here first.
    env: { TZ: "Asia/Kathmandu" },
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: [
            "lib/**/*.test.ts",
            "components/**/*.test.{ts,tsx}",
            "workers/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
          exclude: [...MODELS, "**/node_modules/**"],
          environment: "node",
          // Generous, because a busy machine must not look like a broken program.
          testTimeout: 30_000,
          setupFiles: ["tests/helpers/environment.ts"],
        },
      },
      {
        resolve: { alias },
        test: {
          name: "models",
          include: [...MODELS],
          environment: "node",
          testTimeout: 120_000,
          setupFiles: ["tests/helpers/environment.ts"],
        },
      },
      withDatabase("db"),
      withDatabase("api"),
      withDatabase("workers"),
    ],
  },
});
