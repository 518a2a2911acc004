// `npm run check:boundaries`, second half: rules about files that the import rules cannot express. Each line says what to do.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const ROOTS = ["app", "components", "lib", "workers", "scripts", "tests"];
const MAX_LINES = 400;

interface Rule {
  applies: (file: string) => boolean;
  broken: (file: string, text: string) => boolean;
  advice: string;
}

const SELF = "scripts/check-structure.ts";
const inTests = (file: string) => file.startsWith("tests/") || /\.test\.tsx?$/.test(file);
const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "");

const RULES: Rule[] = [
  {
    // Seeds are data.
    applies: (file) => !file.startsWith("tests/helpers/seed-"),
    broken: (_, text) => text.split("\n").length > MAX_LINES + 1,
    advice: `has more than ${MAX_LINES} lines: split it, one concept per file`,
  },
  {
    applies: () => true,
    broken: (file) => /^(index|utils|helpers)\.tsx?$/.test(basename(file)),
    advice: "is named after nothing: name it after the concept it holds",
  },
  {
    applies: () => true,
    broken: (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|spec|d|config))?\.tsx?$/.test(basename(file)),
    advice: "is not kebab-case: rename it",
  },
  {
    applies: (file) => file !== "lib/core/env.ts" && file !== SELF && !inTests(file),
    broken: (_, text) => /process\.env\b/.test(code(text)),
    advice: "reads process.env: add the variable to lib/core/env.ts and call env()",
  },
  {
    applies: (file) => file !== "lib/core/rng.ts" && file !== SELF,
    broken: (_, text) => /Math\.random\b/.test(code(text)),
    advice: "calls Math.random: take an Rng from lib/core/rng.ts as an argument",
  },
  {
    applies: (file) => file.startsWith("lib/") || file.startsWith("components/"),
    broken: (_, text) => /(^|\s)console\.\w+\(/.test(code(text)),
    advice: "writes to the console: use createLog of lib/core/log.ts",
  },
];

/** One line per broken rule. */
export function checkFile(file: string, text: string): string[] {
  return RULES.filter((rule) => rule.applies(file) && rule.broken(file, text)).map((rule) => `${file} ${rule.advice}`);
}

function sources(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => join(root, file))
    .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(generated|fixtures|node_modules)\//.test(file));
}

if (process.argv[1]?.endsWith("check-structure.ts")) {
  const lines = ROOTS.flatMap(sources).flatMap((file) => checkFile(file, readFileSync(file, "utf8")));
  for (const line of lines) process.stderr.write(`${line}\n`);
  if (lines.length > 0) process.exitCode = 1;
}
