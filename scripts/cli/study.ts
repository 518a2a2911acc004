import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { env } from "../../lib/core/env";
import { AppError } from "../../lib/core/errors";
import { closeDb } from "../../lib/db/client";
import { startEmbedded } from "../../lib/db/embedded";
import { prepareDatabase } from "../../lib/jobs/prepare";
import { startRun } from "../../lib/jobs/start";
import { startWorker } from "../../lib/jobs/worker";
import { getRun, getRunResult } from "../../lib/runs/data";
import { studyJob } from "../../lib/studies/job";
import { type Figure, STUDIES, type StudyName, type StudyResult } from "../../lib/studies/schema";
import { registry } from "../../workers/registry";
import { type Command, numberOf } from "./command";

export const studyCommand: Command = {
  usage: `study ${STUDIES.join("|")} [--sae MODEL/SAE] [--n N] [--json]`,
  about:
    "Finds a published finding again on the features that were collected, with intervals and controls. Run the demo first.",
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        sae: { type: "string" },
        n: { type: "string", default: "0" },
        json: { type: "boolean", default: false },
      },
    });
    const name = positionals[0] as StudyName;
    if (!STUDIES.includes(name)) {
      throw new AppError("INVALID_INPUT", `There is no study "${name ?? ""}": take one of ${STUDIES.join(", ")}.`);
    }
    const n = numberOf(values.n, "n", { whole: true });
    const server = env().DATABASE_URL === undefined ? await startEmbedded() : undefined;
    try {
      await prepareDatabase(env().DATABASE_URL ?? server?.url ?? "");
      const result = await study({ name, n, ...(values.sae === undefined ? {} : { sae: values.sae }) });
      console.log(values.json ? JSON.stringify(result, null, 2) : table(result));
    } finally {
      await closeDb();
      await server?.stop();
    }
  },
};

/** Starts the run, works on it here, and shows how far it is. */
async function study(params: { name: StudyName; n: number; sae?: string }): Promise<StudyResult> {
  const { id } = await startRun(studyJob, params);
  const worker = await startWorker(registry, ["batch"]);
  try {
    for (;;) {
      const { state, progress, error } = await getRun(id);
      if (state === "done") return (await getRunResult(id)) as StudyResult;
      if (state !== "queued" && state !== "running") {
        throw new AppError("INVALID_INPUT", error?.detail ?? `The study was ${state}.`);
      }
      const of = progress.total === null ? "" : ` ${progress.done} of ${progress.total}`;
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${progress.stage ?? "starting"}${of}`);
      await sleep(500);
    }
  } finally {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
    await worker.stop();
  }
}

function table({ title, about, figures, cases, notes }: StudyResult): string {
  const number = (value: number | null | undefined) => (value == null ? "-" : value.toFixed(3));
  const line = ({ label, value, lo, hi, n, control }: Figure) =>
    `| ${label} | ${number(value)} | ${lo == null ? "" : `${number(lo)} to ${number(hi)}`} | ${n} | ${number(control)} |`;
  return [
    `## ${title}`,
    "",
    about,
    "",
    "| | value | 95 % | n | control |",
    "|---|---|---|---|---|",
    ...figures.map(line),
    "",
    ...cases.map(
      ({ title: of, question, before, after }) => `- ${of}: "${question}" ${before.trim()} -> ${after.trim()}`,
    ),
    "",
    ...notes.map((note) => `${note}\n`),
  ].join("\n");
}
