// Where the browser of the end-to-end tests comes from. No set-up step: the last source is inside node_modules.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { env } from "../../lib/core/env";

export interface Browser {
  executablePath: string;
  args: string[];
}

const SYSTEM = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/**
 * Finds a Chromium: CHROMIUM_PATH, Playwright's own, the system's, the one that @sparticuz/chromium carries.
 * @param playwrightPath where Playwright would look for its own.
 * @throws Error with one line that says how to get one.
 */
export async function findBrowser(playwrightPath: string): Promise<Browser> {
  const given = env().CHROMIUM_PATH;
  if (given !== undefined) {
    if (existsSync(given)) return { executablePath: given, args: [] };
    throw new Error(`CHROMIUM_PATH names ${given}, which does not exist.`);
  }
  const found = [playwrightPath, ...SYSTEM.map(which), MAC].find((path) => path !== undefined && existsSync(path));
  if (found !== undefined) return { executablePath: found, args: [] };
  if (process.platform === "linux" && process.arch === "x64") {
    const { default: chromium } = await import("@sparticuz/chromium");
    return {
      executablePath: await chromium.executablePath(),
      // Not the package's own flags: they are for a one-shot lambda (--single-process dies with its first context, and
      // its software GL makes every page seconds slower).
      args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
    };
  }
  throw new Error("There is no browser for the tests: run `npx playwright install chromium`, or set CHROMIUM_PATH.");
}

function which(name: string): string | undefined {
  try {
    return execFileSync("which", [name], { stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}
