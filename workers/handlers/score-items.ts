import type { Modality } from "@/lib/autointerp/claim";
import { type EvidenceRow, listEvidence, type ScoredFeature } from "@/lib/autointerp/data";
import { assertHeldOut, chooseItems, type Item, PER_CLASS } from "@/lib/autointerp/detection";
import { createRng } from "@/lib/core/rng";
import type { SampleCodes } from "@/lib/exemplars/codes";
import type { CorpusSample } from "@/lib/exemplars/data";
import { SamplePeaks } from "@/lib/exemplars/peaks";
import { BANDS, VALUE_BANDS } from "@/lib/exemplars/schema";

/** Candidates drawn per random negative wanted: most features are silent in most samples. */
const DRAWS = 4;
/** Nearest features whose samples are hard negatives. */
const NEIGHBOURS = 10;
const PAGE = 200;

/** Silent samples of one feature, each list in a seeded order. */
export interface Silent {
  random: Record<Modality, Item[]>;
  /** Samples in which one of the nearest features fires. */
  neighbour: Record<Modality, Item[]>;
}

const none = (): Silent => ({ random: { image: [], text: [] }, neighbour: { image: [], text: [] } });

/** Reads the codes once: where each feature is silent, at random and where features near to it fire. */
export async function drawSilent(
  features: readonly ScoredFeature[],
  n: number,
  corpus: readonly CorpusSample[],
  codes: AsyncIterable<SampleCodes>,
  seed: number,
): Promise<Map<number, Silent>> {
  const out = new Map(features.map((f) => [f.index, none()]));
  const wanted = drawRandom(features, corpus, seed);
  const nearTo = new Map<number, number[]>();
  for (const f of features) {
    for (const { index } of (f.neighbours as unknown as { index: number }[]).slice(0, NEIGHBOURS)) {
      const known = nearTo.get(index);
      if (known) known.push(f.index);
      else nearTo.set(index, [f.index]);
    }
  }
  const few = new Map(features.map((f) => [f.index, { image: new Lowest(), text: new Lowest() }]));
  const peaks = new SamplePeaks(n);
  for await (const sample of codes) {
    peaks.scan(sample);
    const { id, kind: stored } = corpus[sample.sample] as CorpusSample;
    const kind: Modality = stored === "text" ? "text" : "image";
    for (const asked of wanted.get(sample.sample) ?? []) {
      if (!peaks.fired(asked)) out.get(asked)?.random[kind].push({ sampleId: id, kind, role: "random", band: null });
    }
    const near = new Set<number>();
    for (let i = 0; i < peaks.nTouched; i++) {
      for (const f of nearTo.get(peaks.touched[i] as number) ?? []) if (!peaks.fired(f)) near.add(f);
    }
    for (const f of near) few.get(f)?.[kind].offer(id, createRng(seed, "neighbour", f).at(sample.sample));
  }
  for (const [index, { image, text }] of few) {
    const own = out.get(index) as Silent;
    own.neighbour.image = image.ids.map((sampleId) => ({ sampleId, kind: "image", role: "neighbour", band: null }));
    own.neighbour.text = text.ids.map((sampleId) => ({ sampleId, kind: "text", role: "neighbour", band: null }));
  }
  return out;
}

/** Features by the samples that were drawn for them. */
function drawRandom(
  features: readonly ScoredFeature[],
  corpus: readonly CorpusSample[],
  seed: number,
): Map<number, number[]> {
  const wanted = new Map<number, number[]>();
  const indicesOf = (kind: Modality) =>
    corpus.flatMap((s, i) => ((s.kind === "text") === (kind === "text") ? [i] : []));
  for (const kind of ["image", "text"] as const) {
    const all = indicesOf(kind);
    if (all.length === 0) continue;
    for (const { index } of features) {
      const rng = createRng(seed, "silent", kind, index);
      const draws = new Set(Array.from({ length: DRAWS * PER_CLASS }, () => rng.pick(all)));
      for (const sample of draws) {
        const known = wanted.get(sample);
        if (known) known.push(index);
        else wanted.set(sample, [index]);
      }
    }
  }
  return wanted;
}

/** The samples with the lowest keys of those offered: a draw that does not depend on the order of the corpus. */
class Lowest {
  private kept: { id: number; key: number }[] = [];

  offer(id: number, key: number): void {
    const last = this.kept.at(-1);
    if (this.kept.length >= 2 * PER_CLASS && last && key >= last.key) return;
    this.kept.push({ id, key });
    this.kept.sort((a, b) => a.key - b.key);
    this.kept.length = Math.min(this.kept.length, 2 * PER_CLASS);
  }

  get ids(): number[] {
    return this.kept.map(({ id }) => id);
  }
}

/** What one feature is scored on. Nothing of it is in the explain pool. */
export interface HeldOut {
  /** Items of detection, both modalities. */
  items: Item[];
  /** Exemplars that fire, each sample once, strongest first. */
  images: EvidenceRow[];
  texts: EvidenceRow[];
  /** Near misses among texts, with their windows. */
  missedTexts: EvidenceRow[];
  /** Silent samples, drawn at random, outside of the explain pool. */
  silent: Record<Modality, Item[]>;
}

/** The held-out items of every feature: exemplars and near misses of the score pool, and silent samples. */
export async function planItems(
  saeId: string,
  features: readonly ScoredFeature[],
  silent: ReadonlyMap<number, Silent>,
): Promise<Map<number, HeldOut>> {
  const out = new Map<number, HeldOut>();
  for (let from = 0; from < features.length; from += PAGE) {
    const page = features.slice(from, from + PAGE).map((f) => f.index);
    const byIndex = new Map<number, EvidenceRow[]>(page.map((index) => [index, []]));
    for (const row of await listEvidence(saeId, page, BANDS)) byIndex.get(row.index)?.push(row);
    for (const [index, rows] of byIndex) out.set(index, heldOutOf(rows, silent.get(index) ?? none()));
  }
  return out;
}

const FIRING = new Set<string>(["top", "mean", ...VALUE_BANDS]);

/** @param rows exemplars of one feature of all bands, strongest first */
export function heldOutOf(rows: readonly EvidenceRow[], drawn: Silent): HeldOut {
  const seen = new Set(rows.filter((row) => row.pool === "explain").map((row) => row.sampleId));
  const own = rows.filter((row) => row.pool === "score");
  const of = (kind: Modality, fits: (row: EvidenceRow) => boolean) =>
    distinct(own.filter((row) => row.tokens.length > 0 === (kind === "text") && fits(row)));
  const fires = (row: EvidenceRow) => FIRING.has(row.band);
  const misses = (row: EvidenceRow) => row.band === "miss";
  const unseen = (list: readonly Item[]) => list.filter((item) => !seen.has(item.sampleId));
  const silent = { image: unseen(drawn.random.image), text: unseen(drawn.random.text) };
  const items = (["image", "text"] as const).flatMap((kind) => {
    const item =
      (role: Item["role"]) =>
      ({ sampleId, band }: EvidenceRow): Item => ({ sampleId, kind, role, band });
    const positives = of(kind, fires).map(item("positive"));
    if (positives.length === 0) return [];
    const miss = of(kind, misses).map(item("hard"));
    return chooseItems(positives, { miss, neighbour: unseen(drawn.neighbour[kind]), random: silent[kind] });
  });
  assertHeldOut(items, seen);
  return { items, images: of("image", fires), texts: of("text", fires), missedTexts: of("text", misses), silent };
}

function distinct(rows: readonly EvidenceRow[]): EvidenceRow[] {
  const seen = new Set<number>();
  return rows.filter((row) => !seen.has(row.sampleId) && seen.add(row.sampleId));
}
