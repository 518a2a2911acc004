import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { createEncoder } from "@/lib/sae/encode";
import { evaluateSae } from "@/lib/sae/evaluate";
import { reportMetrics } from "@/lib/sae/metrics";
import { decode, rowErrors, type Sae } from "@/lib/sae/sae";
import { calibrateThreshold } from "@/lib/sae/threshold";
import { type Matrix, matrix } from "@/lib/tensor/matrix";
import { topKRows } from "@/lib/tensor/topk";
import { naivePreActivations } from "@/tests/helpers/naive-sae";

const encoder = await createEncoder({ threads: 1 });
afterAll(() => encoder.dispose());

function randomSae(d: number, n: number, k: number, seed = 1): Sae {
  const rng = createRng(seed, "sae");
  const values = (count: number, scale = 1) => Float32Array.from({ length: count }, () => scale * rng.normal());
  const D = values(n * d);
  for (let i = 0; i < n; i++) {
    const norm = Math.hypot(...D.subarray(i * d, (i + 1) * d));
    for (let j = i * d; j < (i + 1) * d; j++) D[j]! /= norm;
  }
  const provenance = { format: "test", extra: {}, notices: [] };
  return {
    d,
    n,
    k,
    W: values(n * d),
    beta: values(n, 0.1),
    D,
    c: values(d),
    theta: -1,
    activation: "topk",
    provenance,
  };
}

function randomRows(rows: number, d: number, seed: number): Matrix {
  const rng = createRng(seed, "rows");
  return matrix(
    rows,
    d,
    Float32Array.from({ length: rows * d }, () => rng.normal()),
  );
}

/** Selection by the definition, on float64 sums; `skip` returns the ranks from there on. */
function naiveEncode(acts: Matrix, sae: Sae, width: number) {
  const xbar = acts.data.map((value, t) => value - sae.c[t % sae.d]!);
  return topKRows(naivePreActivations(xbar, sae.W, sae.beta, acts.rows, sae.d), width);
}

describe("encode", () => {
  it("equals the naive loop: same latents, values within 5e-6, runners-up included", async () => {
    const sae = randomSae(24, 150, 7);
    const acts = randomRows(50, 24, 3);
    const codes = await encoder.encode(acts, sae, { extra: 4 });
    const expected = naiveEncode(acts, sae, 11);
    for (let r = 0; r < 50; r++) {
      for (let s = 0; s < 11; s++) {
        const pre = expected.value[r * 11 + s]!;
        const [index, value] =
          s < 7
            ? [codes.index[r * 7 + s], codes.value[r * 7 + s]!]
            : [codes.next.index[r * 4 + s - 7], codes.next.value[r * 4 + s - 7]!];
        expect(index).toBe(expected.index[r * 11 + s]);
        expect(Math.abs(value - (s < 7 ? Math.max(pre, 0) : pre))).toBeLessThan(5e-6 * Math.max(1, Math.abs(pre)));
      }
    }
    expect((await encoder.encode(acts, sae)).value).toEqual(codes.value);
  });

  it("never gives negative values or more than k, whatever the shape", async () => {
    const shapes = fc.record({
      d: fc.integer({ min: 1, max: 6 }),
      n: fc.integer({ min: 1, max: 9 }),
      k: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 0, max: 4 }), async ({ d, n, k }, rows) => {
        const sae = { ...randomSae(d, n, k), beta: new Float32Array(n).fill(-0.5) };
        const codes = await encoder.encode(randomRows(rows, d, n), sae, { extra: 2 });
        expect(codes.k).toBe(Math.min(k, n));
        expect(codes.value.length).toBe(rows * codes.k);
        expect(codes.value.every((value) => value >= 0)).toBe(true);
        expect(codes.next.m).toBe(Math.min(2, n - codes.k));
      }),
      { numRuns: 40 },
    );
  });

  it("lets lower latents win ties and all-zero rows stay silent", async () => {
    const sae = {
      ...randomSae(4, 8, 3),
      W: new Float32Array(32),
      beta: new Float32Array(8).fill(1),
      c: new Float32Array(4),
    };
    expect([...(await encoder.encode(matrix(1, 4), sae)).index]).toEqual([0, 1, 2]);
    const silent = await encoder.encode(matrix(2, 4), { ...sae, beta: new Float32Array(8) });
    expect([...silent.value]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("refuses rows of another width", async () => {
    await expect(encoder.encode(matrix(2, 5), randomSae(4, 8, 3))).rejects.toThrow("expected [*,4], got [2,5]");
  });
});

describe("encode with thresholds", () => {
  it("keeps exactly what lies above, one theta or one per latent, and the next below", async () => {
    const rng = createRng(9, "thresholds");
    const plain: Sae = { ...randomSae(12, 90, 2), activation: "jumprelu", theta: 1.5 };
    const own: Sae = { ...plain, thresholds: Float32Array.from({ length: 90 }, () => 3 * rng.float()) };
    const acts = randomRows(40, 12, 5);
    acts.data.subarray(0, 12).fill(0); // one silent row among full ones
    for (const sae of [plain, own]) {
      const codes = await encoder.encode(acts, sae, { extra: 3 });
      const all = naiveEncode(acts, sae, 90);
      for (let r = 0; r < 40; r++) {
        const ranked = [...all.index.subarray(r * 90, (r + 1) * 90)].map((i, s) => ({ i, p: all.value[r * 90 + s]! }));
        const isAbove = ({ i, p }: { i: number; p: number }) => p > (sae.thresholds?.[i] ?? sae.theta);
        const kept = [...codes.value.subarray(r * codes.k, (r + 1) * codes.k)].filter((z) => z > 0).length;
        const above = ranked.filter(isAbove).map(({ i }) => i);
        expect([...codes.index.subarray(r * codes.k, r * codes.k + kept)]).toEqual(above);
        const below = ranked.filter((one) => !isAbove(one)).slice(0, 3);
        expect([...codes.next.index.subarray(r * 3, (r + 1) * 3)]).toEqual(below.map(({ i }) => i));
      }
    }
  });
});

describe("an SAE of rows with mean 0 and deviation 1", () => {
  it("gives codes and reconstruction in the units of the row, whatever its offset and size", async () => {
    const sae = { ...randomSae(12, 30, 4), input: "layer_norm" } as const;
    const acts = randomRows(6, 12, 7);
    const moved = matrix(
      6,
      12,
      acts.data.map((value) => 100 + 5 * value),
    );
    const [codes, other] = [await encoder.encode(acts, sae), await encoder.encode(moved, sae)];
    expect([...other.index]).toEqual([...codes.index]);
    const [near, far] = [decode(codes, sae), decode(other, sae)];
    for (let t = 0; t < 72; t++) expect(far.data[t]!).toBeCloseTo(100 + 5 * near.data[t]!, 2);
    for (let t = 0; t < codes.value.length; t++) expect(other.value[t]!).toBeCloseTo(5 * codes.value[t]!, 3);
  });
});

describe("decode", () => {
  it("adds the decoder bias and each active row once; errors are per row", async () => {
    const sae = randomSae(3, 5, 2);
    const codes = { rows: 2, k: 2, index: Int32Array.of(1, 4, 0, 2), value: Float32Array.of(2, 0.5, 0, 0) };
    const out = decode(codes, sae);
    const expected = [0, 1, 2].map((j) => sae.c[j]! + 2 * sae.D[3 + j]! + 0.5 * sae.D[12 + j]!);
    expected.forEach((value, j) => {
      expect(out.data[j]).toBeCloseTo(value, 6);
    });
    expect([...out.data.subarray(3)]).toEqual([...sae.c]);
    const [first, second] = rowErrors(matrix(2, 3), out);
    expect(first).toBeCloseTo(
      expected.reduce((sum, value) => sum + value * value, 0),
      5,
    );
    expect(second).toBeCloseTo(
      sae.c.reduce((sum, value) => sum + value * value, 0),
      5,
    );
  });
});

describe("the threshold", () => {
  const sae = randomSae(12, 90, 6);
  const rows = async function* () {
    for (let part = 0; part < 5; part++) yield { acts: randomRows(40, 12, part) };
  };

  it("keeps k latents per row on average, which an evaluation confirms", async () => {
    const { theta, l0 } = await calibrateThreshold(sae, rows, encoder);
    expect(l0).toBeCloseTo(6, 12);
    let above = 0;
    for await (const { acts } of rows()) above += naiveEncode(acts, sae, 90).value.filter((p) => p > theta).length;
    expect(above / 200).toBeCloseTo(6, 1);
    const report = reportMetrics(await evaluateSae({ ...sae, theta }, rows, encoder, { threshold: true }));
    expect(report.all.l0!.mean).toBeCloseTo(6, 1);
    expect(report.all.l0!.p95).toBeGreaterThan(6);
  });

  it("looks further when one row holds most of the large values", async () => {
    const uneven = async function* () {
      const acts = randomRows(40, 12, 1);
      for (let t = 0; t < 12; t++) acts.data[t]! *= 1000; // half of all latents fire here, far above the others
      yield { acts };
    };
    const { theta, l0 } = await calibrateThreshold(sae, uneven, encoder);
    expect(l0).toBeCloseTo(6, 12);
    expect(theta).toBeGreaterThan(0);
  });

  it("is 0 when fewer than k latents are positive, and refused while unset", async () => {
    const silent = { ...sae, beta: new Float32Array(90).fill(-9) };
    expect((await calibrateThreshold(silent, rows, encoder)).theta).toBe(0);
    const unset = { ...sae, activation: "jumprelu" } as const;
    await expect(encoder.encode(randomRows(2, 12, 1), unset)).rejects.toThrow("calibrate before use");
  });
});
