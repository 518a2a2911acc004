import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { findSae, listFeatures } from "@/lib/features/list/data";
import { getRun, getRunResult, openRunEvents } from "@/lib/runs/data";
import type { Hit } from "@/lib/search/schema";
import { type InspectCodes, parseCodes, queryRegion } from "../codes/format";
import { readCodes } from "../data";
import { startInspect } from "../mutations";
import { maskOfCells, maskOfPositions } from "../region";
import { positionsWhere } from "../region/format";
import { type InspectResult, inspectParamsSchema } from "../schema";
import type { searchActivationContract, searchCropContract } from "./schema";

/** Longest that an answer may be waited for, in ms. */
const PATIENCE_MS = 30_000;

interface Ranked {
  feature: number;
  text: string;
  score: number;
}

type Answer = { items: Hit[]; run: string };

/** Features that a text or an image fires. @throws AppError as `startInspect`, RUN_NOT_DONE after half a minute. */
export async function searchByActivation(
  ask: z.output<NonNullable<typeof searchActivationContract.body>>,
): Promise<Answer> {
  const { run, result, codes } = await look(ask.in, { image: ask.image, text: ask.text });
  const kind = ask.image ? "image" : "text";
  const within = ask.positions ? maskOfPositions(result, ask.positions, "positions") : positionsWhere(result, kind);
  const ranked = sums(codes, within, ask.maxDensity).map(({ feature, sum, peak }) => ({
    feature,
    text: `fires on your ${kind}: ${sum.toFixed(1)} × ref in all, ${peak.toFixed(1)} at most`,
    score: sum,
  }));
  return { items: await hitsOf(ask.in, ranked.slice(0, ask.limit)), run };
}

/** Features that stand out in a part of an image. @throws AppError as `startInspect`, BAD_REGION, RUN_NOT_DONE. */
export async function searchByCrop(ask: z.output<NonNullable<typeof searchCropContract.body>>): Promise<Answer> {
  const { run, result, codes } = await look(ask.in, { image: ask.image, text: "" });
  const a = maskOfCells(result, ask.mask, "mask");
  const hits = queryRegion(codes, { a, within: positionsWhere(result, "image"), sort: "specificity" });
  const ranked = hits
    .filter((hit) => hit.density <= ask.maxDensity)
    .map((hit) => ({
      feature: hit.feature,
      text: `fires on your crop: ${hit.strength.toFixed(2)} × ref`,
      score: hit.score,
    }));
  return { items: await hitsOf(ask.in, ranked.slice(0, ask.limit)), run };
}

/** Inspects and waits for the result. */
async function look(sae: string, input: { image: string | null; text: string }) {
  const { id } = await startInspect(inspectParamsSchema.parse({ in: [sae], ...input, maxTokens: 0 }));
  for await (const _ of await openRunEvents(id, { signal: AbortSignal.timeout(PATIENCE_MS) }));
  const run = await getRun(id);
  if (run.state !== "done")
    throw new AppError("RUN_NOT_DONE", run.error?.detail ?? `The model is still busy: ask again, or follow run ${id}.`);
  const result = (await getRunResult(id)) as InspectResult;
  const bytes = await readCodes(id, sae);
  return { run: id, result, codes: parseCodes(bytes.slice().buffer as ArrayBuffer) };
}

/** Sum and peak of every feature within a mask, in units of its reference strength, largest sum first. */
function sums(codes: InspectCodes, within: Uint8Array, maxDensity: number) {
  const found: { feature: number; sum: number; peak: number }[] = [];
  codes.feature.forEach((feature, i) => {
    if ((codes.density[i] as number) > maxDensity) return;
    const unit = (codes.scale[i] as number) / 255 / ((codes.ref[i] as number) || 1);
    let [sum, peak] = [0, 0];
    for (let t = codes.ptr[i] as number; t < (codes.ptr[i + 1] as number); t++) {
      if (!within[codes.pos[t] as number]) continue;
      sum += (codes.q[t] as number) * unit;
      peak = Math.max(peak, (codes.q[t] as number) * unit);
    }
    if (sum > 0) found.push({ feature, sum, peak });
  });
  return found.sort((x, y) => y.sum - x.sum || x.feature - y.feature);
}

async function hitsOf(saeRef: string, ranked: readonly Ranked[]): Promise<Hit[]> {
  const [model, slug] = saeRef.split("/") as [string, string];
  const sae = await findSae(model, slug);
  const { items } = await listFeatures(sae, { sort: "index", limit: 200, only: ranked.map((r) => r.feature) });
  const rows = new Map(items.map((row) => [row.index, row]));
  return ranked.flatMap(({ feature, text, score }) => {
    const row = rows.get(feature);
    return row ? [{ ...row, why: [{ part: "firing" as const, text, score }] }] : [];
  });
}
