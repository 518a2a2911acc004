import { type LabelledFeature, listEvidence } from "@/lib/autointerp/data";
import { chooseItems, type Item, type Modality, PER_CLASS } from "@/lib/autointerp/detection";
import { createRng } from "@/lib/core/rng";
import type { SampleCodes } from "@/lib/exemplars/codes";
import type { CorpusSample } from "@/lib/exemplars/data";
import { SamplePeaks } from "@/lib/exemplars/peaks";
import { VALUE_BANDS } from "@/lib/exemplars/schema";

/** Candidates drawn per random negative wanted: most features are silent in most samples. */
const DRAWS = 4;

/** Random samples in which each feature is silent in that modality, in a seeded order. */
export async function drawSilent(
  features: readonly LabelledFeature[],
  n: number,
  corpus: readonly CorpusSample[],
  codes: AsyncIterable<SampleCodes>,
  seed: number,
): Promise<Map<number, Record<Modality, Item[]>>> {
  const out = new Map<number, Record<Modality, Item[]>>();
  const wanted = new Map<number, { feature: number; kind: Modality }[]>();
  const of = { image: indicesOf(corpus, "image"), text: indicesOf(corpus, "text") };
  for (const { index } of features) {
    out.set(index, { image: [], text: [] });
    for (const kind of ["image", "text"] as const) {
      const rng = createRng(seed, "silent", kind, index);
      const draws = of[kind].length === 0 ? [] : Array.from({ length: DRAWS * PER_CLASS }, () => rng.pick(of[kind]));
      for (const sample of new Set(draws))
        wanted.set(sample, [...(wanted.get(sample) ?? []), { feature: index, kind }]);
    }
  }
  const peaks = new SamplePeaks(n);
  for await (const sample of codes) {
    const asked = wanted.get(sample.sample);
    if (!asked) continue;
    peaks.scan(sample);
    for (const { feature, kind } of asked) {
      if (peaks.fired(feature)) continue;
      const sampleId = (corpus[sample.sample] as CorpusSample).id;
      out.get(feature)?.[kind].push({ sampleId, kind, role: "random", band: null });
    }
  }
  return out;
}

const indicesOf = (corpus: readonly CorpusSample[], kind: string) =>
  corpus.flatMap((s, i) => (s.kind === kind ? [i] : []));

/** The held-out items of every feature: exemplars and near misses of the score pool, and random silent samples. */
export async function planItems(
  saeId: string,
  features: readonly LabelledFeature[],
  silent: ReadonlyMap<number, Record<Modality, Item[]>>,
): Promise<Map<number, Item[]>> {
  const out = new Map<number, Item[]>();
  const PAGE = 200;
  for (let from = 0; from < features.length; from += PAGE) {
    const page = features.slice(from, from + PAGE);
    const rows = await listEvidence(
      saeId,
      page.map((f) => f.index),
      ["top", "mean", ...VALUE_BANDS, "miss"],
    );
    for (const { index } of page) {
      const own = rows.filter((row) => row.index === index && row.pool === "score");
      const items: Item[] = [];
      for (const kind of ["image", "text"] as const) {
        const mine = own.filter((row) => row.tokens.length > 0 === (kind === "text"));
        const item =
          (role: Item["role"]) =>
          (row: (typeof own)[number]): Item => ({ sampleId: row.sampleId, kind, role, band: row.band });
        const positives = distinct(mine.filter((row) => row.band !== "miss").map(item("positive")));
        const hard = distinct(mine.filter((row) => row.band === "miss").map(item("hard")));
        if (positives.length > 0) items.push(...chooseItems(positives, hard, silent.get(index)?.[kind] ?? []));
      }
      out.set(index, items);
    }
  }
  return out;
}

function distinct(items: readonly Item[]): Item[] {
  const seen = new Set<number>();
  return items.filter((item) => !seen.has(item.sampleId) && seen.add(item.sampleId));
}
