import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { getRun, getRunResult } from "@/lib/runs/data";
import { blobs } from "@/lib/storage/blobs";
import { type InspectCodes, parseCodes, queryRegion, type RegionSort } from "./codes/format";
import { maskOfCells, maskOfPositions } from "./region";
import { positionsWhere } from "./region/format";
import type { Fired, InspectResult } from "./schema";

export type FeatureFacts = Omit<Fired, "ref" | "peak" | "mean" | "area" | "peakAt"> & { max: number };

/** Name and scale of some features of an SAE, by index. */
export async function factsOf(saeId: string, indices: readonly number[]): Promise<Map<number, FeatureFacts>> {
  const rows = await db().$queryRaw<FeatureFacts[]>(
    Prisma.sql`SELECT "index", "label", "status", "kind", "flags", "density", "a_ref" AS "aRef", "max" FROM "features"
      WHERE "sae_id" = ${saeId} AND "index" = ANY(${[...indices]}::int[])`,
  );
  return new Map(rows.map((row) => [row.index, row]));
}

/** The row of an SAE by `model/sae`; null when there is none. */
export async function saeIdOf(ref: string): Promise<string | null> {
  const [model = "", slug = ""] = ref.split("/");
  const row = await db().sae.findFirst({ where: { slug, model: { slug: model } }, select: { id: true } });
  return row?.id ?? null;
}

/** Where the values of an inspection are kept. */
export function codesKey(runId: string, saeRef: string): string {
  return `runs/${runId}/codes-${saeRef.replace("/", "-")}.safetensors`;
}

async function inspected(runId: string): Promise<InspectResult> {
  const run = await getRun(runId);
  if (run.kind !== "inspect") throw new AppError("NOT_FOUND", `Run ${runId} is no inspection.`);
  return (await getRunResult(runId)) as InspectResult;
}

function saeOf(result: InspectResult, wanted: string | undefined) {
  const found = wanted ? result.saes.find((s) => s.sae === wanted) : result.saes[0];
  if (!found) throw new AppError("NOT_FOUND", `This inspection did not look through ${wanted}.`);
  return found;
}

/** Every value of an inspection at one SAE, as a safetensors file. @throws AppError NOT_FOUND, RUN_NOT_DONE. */
export async function readCodes(runId: string, sae: string | undefined): Promise<Uint8Array> {
  const { sae: ref } = saeOf(await inspected(runId), sae);
  const bytes = await blobs().get(codesKey(runId, ref));
  if (!bytes) throw new AppError("NOT_FOUND", "The values of this inspection are no longer stored: run it again.");
  return bytes;
}

export interface RegionRequest {
  sae?: string | undefined;
  a: string | number[];
  b?: string | number[] | undefined;
  sort: RegionSort;
  exclude: readonly string[];
  limit: number;
}

/** Features that stand out in A. @throws AppError NOT_FOUND, RUN_NOT_DONE, BAD_REGION. */
export async function askRegion(runId: string, { sae, a, b, sort, exclude, limit }: RegionRequest) {
  const result = await inspected(runId);
  const { sae: ref } = saeOf(result, sae);
  const bytes = await readCodes(runId, ref);
  const codes: InspectCodes = parseCodes(bytes.slice().buffer as ArrayBuffer);
  const mask = (region: string | number[], name: string) =>
    typeof region === "string" ? maskOfCells(result, region, name) : maskOfPositions(result, region, name);
  const within = positionsWhere(result, typeof a === "string" ? "image" : "text");
  const hits = queryRegion(codes, { a: mask(a, "a"), b: b === undefined ? undefined : mask(b, "b"), within, sort });
  const [model, slug] = ref.split("/") as [string, string];
  const row = await db().sae.findFirstOrThrow({ where: { slug, model: { slug: model } }, select: { id: true } });
  const facts = await factsOf(
    row.id,
    hits.map((h) => h.feature),
  );
  const kept = hits.filter((h) => !facts.get(h.feature)?.flags.some((flag) => exclude.includes(flag)));
  return kept.slice(0, limit).map((h) => ({
    ref: `${ref}/${h.feature}`,
    label: facts.get(h.feature)?.label ?? null,
    a: h.a,
    b: h.b,
    score: h.score,
  }));
}
