import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { inMemory, transposed, transposeInto } from "@/lib/formats/stored-matrix";
import { disposeSharedEncoder, encode } from "@/lib/sae/encode";
import { canonical, loadRaw } from "@/lib/sae/formats/canonical";
import type { RawSae } from "@/lib/sae/formats/stored-sae";
import { decode } from "@/lib/sae/sae";

afterAll(disposeSharedEncoder);

const [N, D, K, ROWS] = [12, 4, 3, 5];

interface Variant {
  seed: number;
  activation: "topk" | "jumprelu";
  norms: "one" | "equal" | "any";
  silent: boolean; // two decoder rows are 0
  subtractsBias: boolean;
  selectsByNorm: boolean;
  factors: boolean;
  scale: number;
  perLatent: boolean;
  turned: boolean; // both matrices lie the other way in the file
}

const variantArb: fc.Arbitrary<Variant> = fc.record({
  seed: fc.nat(),
  activation: fc.constantFrom("topk", "jumprelu"),
  norms: fc.constantFrom("one", "equal", "any"),
  silent: fc.boolean(),
  subtractsBias: fc.boolean(),
  selectsByNorm: fc.boolean(),
  factors: fc.boolean(),
  scale: fc.constantFrom(1, 0.25, 3),
  perLatent: fc.boolean(),
  turned: fc.boolean(),
});

function make(v: Variant) {
  const rng = createRng(v.seed, "raw");
  const normals = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const [W, dec, beta, c, x] = [normals(N * D), normals(N * D), normals(N), normals(D), normals(ROWS * D)];
  for (let i = 0; i < N; i++) {
    const row = dec.subarray(i * D, (i + 1) * D);
    const wanted = v.silent && i < 2 ? 0 : v.norms === "one" ? 1 : v.norms === "equal" ? 2.5 : rng.range(0.3, 3);
    const length = Math.hypot(...row);
    row.forEach((value, j) => {
      row[j] = (value / length) * wanted;
    });
  }
  const stored = (name: string, values: Float32Array) => {
    if (!v.turned) return inMemory(name, values, N, D);
    const turned = new Float32Array(values.length);
    transposeInto(turned, values, N, D);
    return transposed(inMemory(name, turned, D, N));
  };
  const thresholds = normals(N);
  const encoderFactors = Float64Array.from({ length: N }, () => rng.range(0.5, 2));
  const raw: RawSae = {
    names: { beta: "beta", c: "c", thresholds: "threshold" },
    d: D,
    n: N,
    k: K,
    W: stored("W", W),
    D: stored("D", dec),
    beta,
    c,
    activation: v.activation,
    theta: 0.5,
    ...(v.perLatent && v.activation === "jumprelu" ? { thresholds } : {}),
    subtractsBias: v.subtractsBias,
    selectsByNorm: v.selectsByNorm && v.activation === "topk",
    ...(v.factors ? { encoderFactors } : {}),
    scale: v.scale,
    provenance: { format: "test", extra: {}, notices: [] },
    close: async () => {},
  };
  return { raw, W, dec, x };
}

/** Reconstructions by the words of RawSae, in double precision. */
function naive(raw: RawSae, W: Float32Array, dec: Float32Array, x: Float32Array): number[] {
  const s = raw.scale ?? 1;
  const norms = Array.from({ length: N }, (_, i) => Math.hypot(...dec.subarray(i * D, (i + 1) * D)));
  return Array.from({ length: ROWS }, (_, r) => {
    const p = norms.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < D; j++) sum += (x[r * D + j]! / s - (raw.subtractsBias ? raw.c[j]! : 0)) * W[i * D + j]!;
      return (raw.encoderFactors?.[i] ?? 1) * sum + raw.beta[i]!;
    });
    const rank = [...p.keys()].sort((a, b) =>
      raw.selectsByNorm ? p[b]! * norms[b]! - p[a]! * norms[a]! : p[b]! - p[a]!,
    );
    const kept = new Set(
      raw.activation === "topk" ? rank.slice(0, K) : rank.filter((i) => p[i]! > (raw.thresholds?.[i] ?? raw.theta)),
    );
    return Array.from({ length: D }, (_, j) => {
      let sum = raw.c[j]!;
      for (const i of kept) sum += Math.max(0, p[i]!) * dec[i * D + j]!;
      return s * sum;
    });
  }).flat();
}

describe("the canonical form", () => {
  it("reconstructs what the file's own order of operations does, whatever is folded", async () => {
    await fc.assert(
      fc.asyncProperty(variantArb, async (variant) => {
        const { raw, W, dec, x } = make(variant);
        const expected = naive(raw, W, dec, x);
        const sae = await loadRaw(raw);
        const codes = await encode({ data: x, rows: ROWS, cols: D }, sae);
        const found = decode(codes, sae).data;
        expected.forEach((value, t) => {
          expect(Math.abs(found[t]! - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
        });
        const folds = variant.activation === "jumprelu" || variant.selectsByNorm || variant.norms !== "any";
        for (let i = variant.silent ? 2 : 0; i < N && folds; i++) {
          expect(Math.hypot(...sae.D.subarray(i * D, (i + 1) * D))).toBeCloseTo(1, 5);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("changes no bit where there is nothing to fold, and reads no value before it is asked for", async () => {
    const { raw, W, dec } = make({
      ...{ seed: 1, activation: "topk", norms: "one", silent: false, subtractsBias: true, selectsByNorm: false },
      ...{ factors: false, scale: 1, perLatent: false, turned: false },
    });
    const stored = await canonical(raw);
    expect(stored.W.read).toBe(raw.W.read);
    expect(stored.W.rowFactors).toBeUndefined();
    const sae = await loadRaw(raw);
    expect([sae.W, sae.D, sae.beta, sae.c]).toEqual([W, dec, raw.beta, raw.c]);
    expect(sae.provenance.notices).toEqual([]);
  });
});
