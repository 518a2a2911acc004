import { chromium, defineConfig } from "@playwright/test";
import { findBrowser } from "./tests/helpers/browser";
import { E2E_PORT } from "./tests/helpers/e2e-port";

const { executablePath, args } = await findBrowser(chromium.executablePath());

export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/e2e/global-setup.ts",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL: `http://127.0.0.1:${E2E_PORT}`,
    browserName: "chromium",
    launchOptions: { executablePath, args },
    trace: "retain-on-failure",
    timezoneId: "Asia/Kathmandu",
    locale: "en-GB",
  },
});
