import { db } from "@/lib/db/client";
import type { Run } from "@/lib/db/generated/client";
import { startRun } from "@/lib/jobs/start";
import { embedJob } from "../job";
import { textsWithoutMeaning } from "./data";
import { embedderName } from "./embedder";

/** Keeps what texts mean. */
export async function storeMeanings(
  embedder: string,
  texts: readonly string[],
  vectors: readonly Int8Array[],
): Promise<void> {
  const data = texts.map((text, i) => ({ embedder, text, vector: Buffer.from(vectors[i] as Int8Array) }));
  await db().meaning.createMany({ data, skipDuplicates: true });
}

/** Starts asking the embedder about labels that it has not seen, where there is an embedder and there are such labels. */
export async function startEmbed(): Promise<Run | null> {
  const embedder = embedderName();
  if (!embedder || (await textsWithoutMeaning(embedder, 1)).length === 0) return null;
  // One that is on its way looks for new labels until there are none.
  const running = await db().run.findFirst({ where: { kind: embedJob.name, state: { in: ["queued", "running"] } } });
  return running ?? startRun(embedJob, { embedder });
}
