import { afterAll, describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import type { Place } from "@/lib/model/types";
import { disposeSharedEncoder } from "@/lib/sae/encode";
import type { Sae } from "@/lib/sae/sae";
import { steer } from "@/lib/sae/steer";
import { STEER_METHODS, type SteerMethod } from "@/lib/sae/steer-methods";
import { type Matrix, rowRange } from "@/lib/tensor/matrix";

afterAll(disposeSharedEncoder);

const SITE = "layers.1.resid_post";

function randomSae(seed: number, d = 6, n = 12, k = 3): Sae {
  const rng = createRng(seed, "sae");
  const floats = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const D = floats(n * d);
  for (let i = 0; i < n; i++) {
    const row = D.subarray(i * d, (i + 1) * d);
    const norm = Math.hypot(...row);
    for (let j = 0; j < d; j++) row[j]! /= norm;
  }
  const provenance = { format: "fovea", extra: {}, notices: [] };
  return { d, n, k, W: floats(n * d), beta: floats(n), D, c: floats(d), theta: -1, activation: "topk", provenance };
}

function randomRows(seed: number, rows: number, cols = 6): Matrix {
  const rng = createRng(seed, "rows");
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => 2 * rng.normal()) };
}

/** Codes of one row by the definition, without a graph: [n], zero where a latent is not active. */
function codesByHand(h: Float32Array, sae: Sae): number[] {
  const pre = Array.from({ length: sae.n }, (_, i) => {
    let sum = sae.beta[i]!;
    for (let j = 0; j < sae.d; j++) sum += (h[j]! - sae.c[j]!) * sae.W[i * sae.d + j]!;
    return sum;
  });
  const active = pre
    .map((value, i) => ({ value, i }))
    .sort((a, b) => b.value - a.value || a.i - b.i)
    .slice(0, sae.k);
  return pre.map((value, i) => (active.some((a) => a.i === i) ? Math.max(0, value) : 0));
}

const direction = (sae: Sae, feature: number) => sae.D.subarray(feature * sae.d, (feature + 1) * sae.d);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
const project = (h: Float32Array, sae: Sae, feature: number) =>
  dot(
    h.map((value, j) => value - sae.c[j]!),
    direction(sae, feature),
  );

/** The table of algorithms: what each method adds along d, from z and y. */
const TABLE: Record<SteerMethod, (s: number, z: number, y: number) => number> = {
  add: (s) => s,
  clamp: (s, z) => s - z,
  scale: (s, z) => s * z - z,
  ablate: (_, z) => -z,
  floor: (s, z) => (z < s ? s - z : 0),
  cap: (s, z) => (z > s ? s - z : 0),
  subspace: (s, _, y) => (y > 0 ? s - y : s),
  threshold: (s, _, y) => (y < s ? s - y : 0),
};

const places = (rows: number): Place[] =>
  Array.from({ length: rows }, (_, position) => ({
    span: position < 2 ? "image" : position < 4 ? "question" : "answer",
    position,
  }));

describe("steer", () => {
  const sae = randomSae(1);
  const rows = 5;

  it.each(STEER_METHODS)("%s adds what its formula says, at every row", async (method) => {
    for (const feature of [0, 7, 11]) {
      const before = randomRows(feature, rows);
      const after = { ...before, data: before.data.slice() };
      await steer(SITE, [{ sae, feature, method, strength: 1.5 }]).apply(after, places(rows));
      for (let r = 0; r < rows; r++) {
        const h = rowRange(before, r, r + 1).data;
        const amount = TABLE[method](1.5, codesByHand(h, sae)[feature]!, project(h, sae, feature));
        const expected = Array.from(h, (value, j) => value + amount * direction(sae, feature)[j]!);
        for (let j = 0; j < 6; j++) expect(after.data[r * 6 + j]).toBeCloseTo(expected[j]!, 5);
      }
    }
  });

  it("sums what several features of several SAEs add, all taken from the unedited state, in any order", async () => {
    const other = randomSae(2);
    const steps = [
      { sae, feature: 3, method: "clamp", strength: 2 },
      { sae: other, feature: 5, method: "subspace", strength: -1 },
      { sae, feature: 4, method: "floor", strength: 3 },
    ] as const;
    const start = randomRows(9, rows);
    const run = async (list: readonly (typeof steps)[number][]) => {
      const hidden = { ...start, data: start.data.slice() };
      await steer(SITE, list).apply(hidden, places(rows));
      return hidden.data;
    };
    const together = await run(steps);
    const backwards = await run([...steps].reverse());
    const alone = await Promise.all(steps.map((step) => run([step])));
    together.forEach((value, i) => {
      const sum = alone.reduce((total, data) => total + data[i]! - start.data[i]!, start.data[i]!);
      expect(value).toBeCloseTo(sum, 5);
      expect(backwards[i]).toBeCloseTo(value, 5);
    });
  });

  it("leaves padding and every place that is not asked for as it was", async () => {
    const before = randomRows(4, rows);
    const hidden = { ...before, data: before.data.slice() };
    const where = ({ span, position }: Place) => span === "image" || position === 4;
    const padded = places(rows).map((place, i) => (i === 0 ? null : place));
    await steer(SITE, [{ sae, feature: 2, method: "add", strength: 1, where }]).apply(hidden, padded);
    const changed = Array.from({ length: rows }, (_, r) =>
      rowRange(hidden, r, r + 1).data.some((value, j) => value !== before.data[r * 6 + j]),
    );
    expect(changed).toEqual([false, true, false, false, true]);
  });

  it("refuses a feature that the SAE does not have", () => {
    for (const feature of [-1, 12, 0.5]) {
      expect(() => steer(SITE, [{ sae, feature, method: "add", strength: 1 }])).toThrow(RangeError);
    }
  });
});
