import { chromium, defineConfig } from "@playwright/test";
import { findBrowser } from "./tests/helpers/browser";
import { E2E_PORT } from "./tests/helpers/e2e-port";

const { executablePath, args } = await findBrowser(chromium.executablePath());

export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/e2e/global-setup.ts",
  workers: 1,
  timeout: 60_000,
  // A picture is the same on every system (tests/e2e/still-page.ts), and one control that moved by 8 px is more than 0.02 %.
  snapshotPathTemplate: "{testDir}/snapshots/{arg}{ext}",
  expect: { timeout: 10_000, toHaveScreenshot: { maxDiffPixelRatio: 0.0002, threshold: 0.05, animations: "disabled" } },
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
