import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { bandOf } from "@/lib/exemplars/bands";
import { type Corpus, corpusOf, ROW_IMAGE, ROW_SKIP, ROW_TEXT, type SampleCodes } from "@/lib/exemplars/codes";
import { collectExemplars, collectFeatures } from "@/lib/exemplars/collect";
import type { ExtractedExemplar } from "@/lib/exemplars/extract";
import { poolOf } from "@/lib/exemplars/pool";

const CELLS = 6;
const N = 12;
const K = 3;
const M = 2;
const sha = (i: number) => ((i * 2654435761) >>> 0).toString(16).padStart(8, "0");

/** Random codes: every third sample is a text; feature 11 never fires, feature 10 in one sample only. */
function makeCodes(nSamples: number): SampleCodes[] {
  return Array.from({ length: nSamples }, (_, sample) => {
    const rng = createRng(sample, "codes");
    const image = sample % 3 !== 0;
    const rows = 1 + (image ? CELLS : 0) + 4;
    const codes: SampleCodes = {
      sample,
      rows,
      k: K,
      m: M,
      kind: new Uint8Array(rows).fill(ROW_TEXT),
      at: new Int32Array(rows),
      index: new Int32Array(rows * K),
      value: new Float32Array(rows * K),
      nextIndex: new Int32Array(rows * M),
      nextValue: new Float32Array(rows * M),
    };
    for (let r = 0; r < rows; r++) {
      const inImage = image && r >= 1 && r <= CELLS;
      codes.kind[r] = r === 0 ? ROW_SKIP : inImage ? ROW_IMAGE : ROW_TEXT;
      codes.at[r] = inImage ? r - 1 : r - 1 - (image ? CELLS : 0);
      const order = rng.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      for (let i = 0; i < K; i++) {
        codes.index[r * K + i] = order[i] as number;
        codes.value[r * K + i] = rng.chance(0.3) ? 0 : Math.exp(3 * rng.normal());
      }
      if (sample === 7 && r === 2) codes.index[r * K] = 10;
      for (let i = 0; i < M; i++) {
        codes.nextIndex[r * M + i] = order[K + i] as number;
        codes.nextValue[r * M + i] = rng.float();
      }
    }
    return codes;
  });
}

async function collect(codes: SampleCodes[], corpus: Corpus, seed = 1) {
  const source = () => codes;
  const collection = await collectFeatures(source, N, corpus, {
    seed,
    grid: { rows: 2, cols: 3 },
    neighbours: (live) => new Map([...live].map((f) => [f, [{ index: (f + 1) % 10, cosine: 0.5 }]])),
  });
  const exemplars: ExtractedExemplar[] = [];
  for await (const slice of collectExemplars(source, collection, corpus, seed)) exemplars.push(...slice.exemplars);
  return { ...collection, exemplars };
}

/** Dense twin: values[f][modality] = list of { sample, at, v }. */
function naive(codes: SampleCodes[], f: number) {
  const hits: { sample: number; kind: "image" | "text"; at: number; v: number }[] = [];
  for (const c of codes) {
    for (let r = 0; r < c.rows; r++) {
      if (c.kind[r] === ROW_SKIP) continue;
      for (let i = 0; i < c.k; i++) {
        const v = c.value[r * c.k + i] as number;
        if (c.index[r * c.k + i] === f && v > 0) {
          hits.push({ sample: c.sample, kind: c.kind[r] === ROW_IMAGE ? "image" : "text", at: c.at[r] as number, v });
        }
      }
    }
  }
  return hits;
}

describe("collection against a naive twin", () => {
  const codes = makeCodes(54);
  const shas = codes.map((c) => sha(c.sample === 50 ? 49 : c.sample));
  const corpus = corpusOf(shas, CELLS);

  it("counts, sums and ranks as the dense form does", async () => {
    const { stats, aRef, exemplars, bands } = await collect(codes, corpus);
    expect(stats.samples.duplicates).toBe(1);
    for (let f = 0; f < N; f++) {
      const hits = naive(codes, f);
      const counted = hits.filter((h) => corpus.first[h.sample] === h.sample);
      const values = hits.map((h) => h.v);
      expect((stats.fires[f] as number) + (stats.fires[N + f] as number)).toBe(hits.length);
      expect(stats.nFiring[f]).toBe(new Set(counted.map((h) => h.sample)).size);
      expect(stats.sum[f]).toBeCloseTo(
        values.reduce((a, b) => a + b, 0),
        3,
      );
      expect(stats.max[f]).toBe(values.length ? Math.max(...values) : 0);
      const own = exemplars.filter((e) => e.feature === f);
      if ((stats.nFiring[f] as number) < 10) {
        expect(own).toEqual([]);
        continue;
      }
      expect(aRef[f]).toBeGreaterThan(0);
      expect(aRef[f]).toBeLessThanOrEqual(stats.max[f] as number);
      const peaks = new Map<number, number>();
      for (const h of counted) if (h.kind === "image") peaks.set(h.sample, Math.max(h.v, peaks.get(h.sample) ?? 0));
      const best = [...peaks].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 12);
      const top = own.filter((e) => e.band === "top" && e.kind === "image").sort((a, b) => a.rank - b.rank);
      expect(top.map((e) => [e.sample, e.peak])).toEqual(best);
      for (const e of own) {
        const grid = new Float32Array(e.grid.length);
        for (const h of hits) if (h.sample === e.sample && h.kind === e.kind) grid[h.at - e.offset] = h.v;
        expect([...e.grid].map((q) => q > 0)).toEqual([...grid].map((v) => v > 0));
        expect(e.pool).toBe(poolOf(corpus.key[e.sample] as number, f, 1));
        if (e.band === "miss") expect(hits.some((h) => h.sample === e.sample)).toBe(false);
        else expect(e.peak).toBe(Math.max(...grid));
        if (e.band.startsWith("b")) expect(`b${bandOf(e.peak, aRef[f] as number)}`).toBe(e.band);
      }
      const inBands = bands.valueBands(f).reduce((sum, b) => sum + b.n, 0);
      expect(inBands).toBe([...peaks.values()].filter((p) => p <= (aRef[f] as number)).length);
    }
  });

  it("does not depend on the order of the corpus", async () => {
    const order = createRng(1, "order").shuffle([...codes]);
    const key = (e: ExtractedExemplar) => `${e.feature}/${e.band}/${e.rank}`;
    const sorted = (list: ExtractedExemplar[]) => [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const a = await collect(codes, corpus);
    const b = await collect(order, corpus);
    expect(sorted(b.exemplars)).toEqual(sorted(a.exemplars));
    expect(b.aRef).toEqual(a.aRef);
  });
});

describe("small corpora", () => {
  it.each([0, 1, 4, 54])("%i samples give states, never padding", async (nSamples) => {
    const codes = makeCodes(nSamples);
    const { stats, exemplars } = await collect(
      codes,
      corpusOf(
        codes.map((c) => sha(c.sample)),
        CELLS,
      ),
    );
    expect(stats.samples.image + stats.samples.text).toBe(nSamples);
    expect(stats.nFiring[11]).toBe(0);
    if (nSamples < 10) expect(exemplars).toEqual([]);
    else expect(exemplars.length).toBeGreaterThan(0);
    const keys = exemplars.map((e) => `${e.feature}/${e.band}/${e.rank}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
