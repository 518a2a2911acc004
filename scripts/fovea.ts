/**
 * The command line, on the same code as the jobs. No server need run.
 *
 *   npx fovea <command> [options]        (also npm run fovea -- <command> [options])
 */
import { AppError, isAppError } from "../lib/core/errors";
import type { Command } from "./cli/command";

const COMMANDS: Record<string, () => Promise<Command>> = {
  "model add": async () => (await import("./cli/model-add")).modelAdd,
  "model inspect": async () => (await import("./cli/model-inspect")).modelInspect,
  "sae train": async () => (await import("./cli/sae-train")).saeTrain,
  "sae import": async () => (await import("./cli/sae-import")).saeImport,
  "sae export": async () => (await import("./cli/sae-export")).saeExport,
  "sae add": async () => (await import("./cli/sae-add")).saeAdd,
  tap: async () => (await import("./cli/tap")).tapCommand,
  grad: async () => (await import("./cli/grad")).gradCommand,
  generate: async () => (await import("./cli/generate")).generateCommand,
  study: async () => (await import("./cli/study")).studyCommand,
  "sae eval": async () => (await import("./cli/sae-eval")).saeEvalCommand,
  features: async () => (await import("./cli/features")).featuresCommand,
};

async function usage(): Promise<string> {
  const all = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return [
    "Usage:",
    ...all.map(({ usage: line, about }) => `  fovea ${line}\n      ${about}`),
    "MODEL is a folder, or an id on the hub (owner/name, owner/name@revision), which is downloaded once.",
  ].join("\n");
}

async function main(argv: readonly string[]): Promise<void> {
  const words = ["model", "sae"].includes(argv[0] ?? "") ? 2 : 1;
  const name = argv.slice(0, words).join(" ");
  if (argv.length === 0 || ["help", "--help", "-h"].includes(argv[0] as string)) {
    console.log(await usage());
    return;
  }
  const load = COMMANDS[name];
  if (!load) throw new AppError("INVALID_INPUT", `There is no command "${name}".\n${await usage()}`);
  await (await load()).run(argv.slice(words));
}

main(process.argv.slice(2)).catch((error) => {
  // Unknown options come from parseArgs with a message for the reader.
  const known = isAppError(error) || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  console.error(known ? (error as Error).message : error);
  process.exitCode = 1;
});
