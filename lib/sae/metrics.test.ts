import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { addRows, createSums, type Modality, mergeSums } from "@/lib/sae/metric-sums";
import { densityHistogram, modalityShare, reportMetrics } from "@/lib/sae/metrics";
import type { Codes } from "@/lib/sae/sae";
import { type Matrix, matrix, rowRange } from "@/lib/tensor/matrix";

const [ROWS, D, N, K] = [210, 6, 9, 3];
const modality = (r: number): Modality => (r % 3 === 0 ? "text" : r % 7 === 1 ? "other" : "image");

/** Rows with one dimension of mean 3000: float32 or uncentred sums go wrong on these. */
function data() {
  const rng = createRng(1, "metrics");
  const x = matrix(ROWS, D);
  const hat = matrix(ROWS, D);
  for (let t = 0; t < x.data.length; t++) {
    x.data[t] = rng.normal() + (t % D === 2 ? 3000 : 0);
    hat.data[t] = x.data[t]! + 0.3 * rng.normal() + (t % D === 0 ? 0.1 : 0);
  }
  const codes: Codes = {
    rows: ROWS,
    k: K,
    index: Int32Array.from({ length: ROWS * K }, (_, t) => ((t % K) * 3 + rng.int(3)) % (N - 1)),
    value: Float32Array.from({ length: ROWS * K }, () => Math.max(0, rng.normal())),
  };
  return { x, hat, codes };
}

const part = (codes: Codes, from: number, to: number): Codes => ({
  rows: to - from,
  k: K,
  index: codes.index.subarray(from * K, to * K),
  value: codes.value.subarray(from * K, to * K),
});

/** Two passes over the rows of a group: first the mean, then sums of squares. */
function twoPass(x: Matrix, hat: Matrix, rows: number[]) {
  const mean = Array.from({ length: D }, (_, j) => rows.reduce((sum, r) => sum + x.data[r * D + j]!, 0) / rows.length);
  let [error, spread] = [0, 0];
  for (const r of rows) {
    for (let j = 0; j < D; j++) {
      error += (x.data[r * D + j]! - hat.data[r * D + j]!) ** 2;
      spread += (x.data[r * D + j]! - mean[j]!) ** 2;
    }
  }
  return { mean, error, fvu: error / spread };
}

describe("metrics", () => {
  const { x, hat, codes } = data();
  const shift = Float32Array.of(0, 0, 2990, 0, 0, 0);
  const whole = createSums(D, N, K, shift);
  addRows(whole, x, codes, hat, modality);
  const report = reportMetrics(whole);
  const rowsOf = (group: string) => [...Array(ROWS).keys()].filter((r) => group === "all" || modality(r) === group);

  it("equal the two-pass value in every group", () => {
    for (const group of ["all", "image", "text"] as const) {
      const { fvu } = twoPass(x, hat, rowsOf(group));
      expect(Math.abs(report[group].fvu! / fvu - 1)).toBeLessThan(1e-9);
      expect(report[group].ev).toBe(1 - report[group].fvu!);
      expect(report[group].rows).toBe(rowsOf(group).length);
    }
  });

  it("merge from seven shards to the same figures", () => {
    const merged = createSums(D, N, K, shift);
    for (let s = 0; s < 7; s++) {
      const [from, to] = [s * 30, (s + 1) * 30];
      const shard = createSums(D, N, K, shift);
      addRows(shard, rowRange(x, from, to), part(codes, from, to), rowRange(hat, from, to), (r) => modality(from + r));
      mergeSums(merged, shard);
    }
    const found = reportMetrics(merged);
    expect(Math.abs(found.all.fvu! / report.all.fvu! - 1)).toBeLessThan(1e-9);
    expect(found.image.l0).toEqual(report.image.l0);
    expect(found.text.dead).toEqual(report.text.dead);
  });

  it("name different formulas differently", () => {
    const { all } = report;
    expect(all.ev_uncentred!).toBeGreaterThan(0.99999); // one large-mean dimension flatters it
    expect(all.fve_bias_blind!).toBeGreaterThan(all.ev!);
    expect(all.fvu_global_den).toBeCloseTo(all.fvu!, 12);
    const text = rowsOf("text");
    const { mean } = twoPass(x, hat, rowsOf("all"));
    const spread = text.reduce((sum, r) => sum + mean.reduce((s, m, j) => s + (x.data[r * D + j]! - m) ** 2, 0), 0);
    expect(Math.abs(report.text.fvu_global_den! / (twoPass(x, hat, text).error / spread) - 1)).toBeLessThan(1e-9);
  });

  it("count active latents, dead ones and their modality", () => {
    const active = [...Array(ROWS).keys()].map(
      (r) => codes.value.subarray(r * K, (r + 1) * K).filter((z) => z > 0).length,
    );
    const sorted = [...active].sort((a, b) => a - b);
    expect(report.all.l0!.mean).toBeCloseTo(active.reduce((a, b) => a + b) / ROWS, 12);
    expect(report.all.l0!.p50).toBe(sorted[Math.ceil(0.5 * ROWS) - 1]);
    expect(report.all.dead).toEqual({ share: 1 / N, count: 1, rows: ROWS });
    const share = modalityShare(whole);
    expect(share[N - 1]).toBeNaN();
    expect(share[0]!).toBeGreaterThan(0.2);
    expect(share[0]!).toBeLessThan(0.8);
  });

  it("leave figures of an empty group undefined", () => {
    const empty = reportMetrics(createSums(D, N, K, shift));
    expect([empty.all.fvu, empty.all.l0, empty.image.cos, empty.text.rel_bias]).toEqual([null, null, null, null]);
  });
});

it("bins densities on a log scale and counts the never-fired apart", () => {
  const { counts, never } = densityHistogram([0, 1, 100, 1_000_000, 1], 1_000_000);
  expect(never).toBe(1);
  expect(counts.reduce((a, b) => a + b)).toBe(4);
  expect([counts[12], counts[25], counts[49]]).toEqual([2, 1, 1]);
});
