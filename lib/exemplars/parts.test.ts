import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bandOf } from "@/lib/exemplars/bands";
import { decodeChunk, encodeChunk } from "@/lib/exemplars/code-chunk";
import { ROW_IMAGE } from "@/lib/exemplars/codes";
import { storable } from "@/lib/exemplars/derive";
import { LogHistograms } from "@/lib/exemplars/log-histogram";
import { mixBits, poolOf } from "@/lib/exemplars/pool";
import { quantise } from "@/lib/exemplars/quantise";
import { Rankings } from "@/lib/exemplars/rankings";

describe("rankings", () => {
  it("keep what sorting everything would keep, ties by sample", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (s, k) => {
          const rankings = new Rankings(2, k);
          for (const [sample, score] of s.entries()) rankings.offer(1, sample, score);
          const sorted = s
            .map((score, sample) => ({ sample, score }))
            .sort((a, b) => b.score - a.score || a.sample - b.sample);
          expect(rankings.ranked(1)).toEqual(sorted.slice(0, k));
          expect(rankings.ranked(0)).toEqual([]);
        },
      ),
    );
  });
});

describe("log histograms", () => {
  it("lose no value and order does not matter", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (values) => {
          const a = new LogHistograms(2, 2);
          const b = new LogHistograms(2, 2);
          const max = Math.max(...values);
          values.forEach((v, i) => {
            a.add(i % 2, 1, v);
          });
          values
            .map((v, i) => [v, i] as const)
            .reverse()
            .forEach(([v, i]) => {
              b.add(i % 2, 1, v);
            });
          const bins = a.binsOf(1, max);
          expect(bins.counts.flat().reduce((x, y) => x + y, 0)).toBe(values.length);
          expect(bins.edges.length).toBe((bins.counts[0] as number[]).length + 1);
          expect(b.binsOf(1, max)).toEqual(bins);
          expect(a.quantile(1, 0.999, max)).toBeLessThanOrEqual(max * (1 + 1e-12));
        },
      ),
    );
  });

  it("find the 99.9th percentile within a bin", () => {
    const h = new LogHistograms(1, 1);
    for (let i = 1; i <= 100_000; i++) h.add(0, 0, i / 1000);
    expect(h.quantile(0, 0.999, 100) / 99.9).toBeCloseTo(1, 1);
    expect(h.quantile(0, 0.5, 100) / 50).toBeCloseTo(1, 1);
  });
});

describe("quantised grids", () => {
  it("are zero exactly where the value is zero", () => {
    expect([...quantise(Float32Array.of(0, 1e-9, 0.5, 1, 1.2), 1)]).toEqual([0, 1, 128, 255, 255]);
  });
});

describe("value bands", () => {
  it("are half-open fifths of (0, aRef]", () => {
    expect([0, 1e-9, 1, 1.0001, 5, 5.0001].map((p) => bandOf(p, 5))).toEqual([0, 1, 1, 2, 5, 0]);
  });
});

describe("the split", () => {
  it("is even, keyed, and differs between features", () => {
    const score = (f: number) => Array.from({ length: 2000 }, (_, i) => poolOf(mixBits(i, 0), f, 7) === "score");
    const share = score(3).filter(Boolean).length / 2000;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.05);
    expect(score(3)).toEqual(score(3));
    expect(score(3)).not.toEqual(score(4));
  });
});

describe("chunks of codes", () => {
  const sample = (id: number, rows: number) => ({
    sample: id,
    rows,
    k: 2,
    m: 1,
    kind: new Uint8Array(rows).fill(ROW_IMAGE),
    at: Int32Array.from({ length: rows }, (_, r) => r),
    index: Int32Array.from({ length: rows * 2 }, (_, i) => i + id),
    value: Float32Array.from({ length: rows * 2 }, (_, i) => i / 3),
    nextIndex: new Int32Array(rows).fill(7),
    nextValue: new Float32Array(rows).fill(-0.5),
  });

  it("come back as they were, also from an unaligned slice", () => {
    const samples = [sample(4, 3), sample(9, 0), sample(10, 5)];
    const bytes = encodeChunk(samples);
    expect(decodeChunk(bytes)).toEqual(samples);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeChunk(shifted.subarray(1))).toEqual(samples);
    expect(decodeChunk(encodeChunk([]))).toEqual([]);
  });

  it("are refused when cut off", () => {
    expect(() => decodeChunk(encodeChunk([sample(1, 2)]).subarray(0, -4))).toThrow(/collect again/);
  });
});

describe("token texts", () => {
  it("lose only what a JSON column refuses", () => {
    expect(storable("a\0b\ud83d")).toBe("a\ufffdb\ufffd");
    expect(storable(" fries 🍟")).toBe(" fries 🍟");
  });
});
