import type { Corpus } from "@/lib/exemplars/codes";
import type { SamplePeaks } from "@/lib/exemplars/peaks";
import { mixBits } from "@/lib/exemplars/pool";
import type { Ranked } from "@/lib/exemplars/rankings";
import { strongestProducts } from "@/lib/exemplars/strongest-products";
import { gatherRows, type Matrix, row } from "@/lib/tensor/matrix";
import { dot } from "@/lib/tensor/stats";

/** Images that look most like one exemplar. */
const NEAREST = 32;
/** Candidates kept per feature: most of them fire, which is why they look alike. */
const CANDIDATES = 64;
/** Images among which look-alikes are sought: the time would grow with the square of a large corpus. */
const MAX_IMAGES = 65_536;

/** A silent sample that looks like an exemplar. */
export interface LookAlike extends Ranked {
  /** Rank of that exemplar, 1 for the strongest. */
  resembles: number;
}

/**
 * Silent images that look like an exemplar: nearest by cosine of an image embedding that does not come from the SAE, and
 * the feature's code exactly 0 in every cell. Candidates are known after the first pass over the codes; the second pass
 * strikes out those that fire. Near-duplicates are folded, so no two come from one group.
 * Memory: 13 bytes per candidate, 832 a feature.
 */
export class LookAlikes {
  private readonly fires: Uint8Array; // [candidates]
  /** Candidates of each sample as numbers into `pairs`: entries start[s] .. start[s + 1] of `order`. */
  private readonly start: Uint32Array;
  private readonly order: Uint32Array;

  private constructor(
    private readonly embedding: Matrix,
    private readonly exemplars: ReadonlyMap<number, readonly number[]>,
    private readonly ranges: ReadonlyMap<number, [from: number, to: number]>,
    private readonly pairs: { feature: Uint32Array; sample: Uint32Array; cosine: Float32Array; rank: Uint8Array },
  ) {
    const n = pairs.sample.length;
    this.fires = new Uint8Array(n);
    this.start = new Uint32Array(embedding.rows + 1);
    for (let i = 0; i < n; i++) this.start[(pairs.sample[i] as number) + 1]!++;
    for (let s = 0; s < embedding.rows; s++) this.start[s + 1]! += this.start[s] as number;
    const next = this.start.slice();
    this.order = new Uint32Array(n);
    for (let i = 0; i < n; i++) this.order[next[pairs.sample[i] as number]!++] = i;
  }

  /**
   * @param embedding unit rows per sample, zero rows where there is none, [nSamples, d]
   * @param exemplars of each feature that fires on images, strongest first
   */
  static async among(
    embedding: Matrix,
    corpus: Corpus,
    exemplars: ReadonlyMap<number, readonly number[]>,
  ): Promise<LookAlikes> {
    const pool = poolOf(embedding, corpus);
    const wanted = Int32Array.from(new Set([...exemplars.values()].flat())).sort();
    const { k, up } = await strongestProducts(gatherRows(embedding, wanted), gatherRows(embedding, pool), NEAREST);
    const rowOf = new Map(Array.from(wanted, (sample, r) => [sample, r]));
    const ranges = new Map<number, [number, number]>();
    const pairs = {
      feature: new Uint32Array(exemplars.size * CANDIDATES),
      sample: new Uint32Array(exemplars.size * CANDIDATES),
      cosine: new Float32Array(exemplars.size * CANDIDATES),
      rank: new Uint8Array(exemplars.size * CANDIDATES),
    };
    const nearest = new Nearest(embedding.rows);
    let size = 0;
    for (const [feature, own] of exemplars) {
      own.forEach((exemplar, i) => {
        const base = (rowOf.get(exemplar) as number) * k;
        for (let j = base; j < base + k; j++) {
          nearest.offer(pool[up.index[j] as number] as number, up.value[j] as number, i + 1);
        }
      });
      const from = size;
      for (const sample of nearest.take(CANDIDATES, own)) {
        pairs.feature[size] = feature;
        pairs.sample[size] = sample;
        pairs.cosine[size] = nearest.cosine[sample] as number;
        pairs.rank[size++] = nearest.rank[sample] as number;
      }
      ranges.set(feature, [from, size]);
    }
    return new LookAlikes(embedding, exemplars, ranges, {
      feature: pairs.feature.subarray(0, size),
      sample: pairs.sample.subarray(0, size),
      cosine: pairs.cosine.subarray(0, size),
      rank: pairs.rank.subarray(0, size),
    });
  }

  /** Second pass: strikes out the candidates that fire in this sample, on the image or in its text. */
  strike(sample: number, peaks: SamplePeaks): void {
    for (let i = this.start[sample] as number; i < (this.start[sample + 1] as number); i++) {
      const pair = this.order[i] as number;
      if (peaks.fired(this.pairs.feature[pair] as number)) this.fires[pair] = 1;
    }
  }

  /** Silent look-alikes of a feature: for every exemplar the most alike, most alike first, then their second ones, and so on. */
  ranked(feature: number): LookAlike[] {
    const [from, to] = this.ranges.get(feature) ?? [0, 0];
    const out: LookAlike[] = [];
    for (let i = from; i < to; i++) {
      if (this.fires[i]) continue;
      const { sample, cosine, rank } = this.pairs;
      out.push({ sample: sample[i] as number, score: cosine[i] as number, resembles: rank[i] as number });
    }
    const turns = new Map<number, number>();
    const turn = out.map(({ resembles }) => {
      const taken = turns.get(resembles) ?? 0;
      turns.set(resembles, taken + 1);
      return taken;
    });
    return out
      .map((alike, i) => ({ alike, turn: turn[i] as number }))
      .sort((a, b) => a.turn - b.turn)
      .map(({ alike }) => alike);
  }

  /** Rank of the exemplar that a sample looks most like, null when the sample has no embedding. */
  resembles(feature: number, sample: number): number | null {
    const own = row(this.embedding, sample);
    let best: number | null = null;
    let most = 0;
    (this.exemplars.get(feature) ?? []).forEach((exemplar, i) => {
      const cosine = dot(own, row(this.embedding, exemplar));
      if (best !== null && cosine <= most) return;
      best = i + 1;
      most = cosine;
    });
    return own.some((v) => v !== 0) ? best : null;
  }
}

/** The samples nearest to any exemplar of one feature: flat arrays, because a corpus has millions of such pairs. */
class Nearest {
  readonly cosine: Float32Array; // [samples], 0 where none was offered
  readonly rank: Uint8Array; // [samples] rank of the exemplar of that cosine, the first of equal ones
  private readonly seen: Uint8Array; // [samples]
  private offered: number[] = [];

  constructor(nSamples: number) {
    this.cosine = new Float32Array(nSamples);
    this.rank = new Uint8Array(nSamples);
    this.seen = new Uint8Array(nSamples);
  }

  /** Only what is more alike than nothing counts. */
  offer(sample: number, cosine: number, rank: number): void {
    if (!(cosine > 0)) return;
    if (!this.seen[sample]) {
      this.seen[sample] = 1;
      this.cosine[sample] = 0;
      this.offered.push(sample);
    }
    if (cosine <= (this.cosine[sample] as number)) return;
    this.cosine[sample] = cosine;
    this.rank[sample] = rank;
  }

  /** The most alike first, of equal ones the earlier sample, without `not`; forgets what was offered. */
  take(count: number, not: readonly number[]): number[] {
    const { cosine, seen, offered } = this;
    for (const sample of offered) seen[sample] = 0;
    this.offered = [];
    const excluded = new Set(not);
    return offered
      .filter((sample) => !excluded.has(sample))
      .sort((a, b) => (cosine[b] as number) - (cosine[a] as number) || a - b)
      .slice(0, count);
  }
}

/** Images that are the first of their group, at most MAX_IMAGES of them, chosen by their content. */
function poolOf(embedding: Matrix, corpus: Corpus): Int32Array {
  const images: number[] = [];
  for (let s = 0; s < embedding.rows; s++) {
    if (corpus.first[s] === s && row(embedding, s).some((v) => v !== 0)) images.push(s);
  }
  if (images.length > MAX_IMAGES) {
    const priority = (s: number) => mixBits(corpus.key[s] as number, 0x100c);
    images.sort((a, b) => priority(a) - priority(b) || a - b).splice(MAX_IMAGES);
    images.sort((a, b) => a - b);
  }
  return Int32Array.from(images);
}
