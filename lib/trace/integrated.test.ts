import { expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { type Codes, directionOf, type Sae } from "@/lib/sae/sae";
import { type Matrix, row } from "@/lib/tensor/matrix";
import { attribute } from "./attribution";
import { integrate } from "./integrated";

const [TOKENS, D, N, K] = [3, 6, 9, 4];
const rng = createRng(5);
const floats = (n: number) => Float32Array.from({ length: n }, () => rng.normal());
const unit = (values: Float32Array) => values.map((x) => x / Math.hypot(...values));
const directions = Array.from({ length: N }, () => unit(floats(D)));
const sae: Sae = {
  ...{ d: D, n: N, k: K, W: new Float32Array(N * D), beta: new Float32Array(N), theta: -1, activation: "topk" },
  D: Float32Array.from(directions.flatMap((one) => [...one])),
  c: floats(D),
  provenance: { format: "test", extra: {}, notices: [] },
};
const features = Array.from({ length: TOKENS }, () => rng.shuffle(Array.from({ length: N }, (_, j) => j)).slice(0, K));
const codes: Codes = {
  ...{ rows: TOKENS, k: K, index: Int32Array.from(features.flat()) },
  value: Float32Array.from({ length: TOKENS * K }, () => Math.abs(rng.normal())),
};
const acts: Matrix = { rows: TOKENS, cols: D, data: floats(TOKENS * D) };

// A bent objective in which tokens work on each other: (u . sum of all tokens)^2.
const u = floats(D);
const along = ({ data }: Matrix) => data.reduce((sum, value, i) => sum + value * u[i % D]!, 0);
const objective = (state: Matrix) => along(state) ** 2;
const gradientsAt = async (states: readonly Matrix[]) =>
  states.map((state) => ({ ...state, data: state.data.map((_, i) => 2 * along(state) * u[i % D]!) }));

function without(position: number, feature: number, z: number): Matrix {
  const out = { ...acts, data: acts.data.slice() };
  const [h, direction] = [row(out, position), directionOf(sae, feature)];
  for (let i = 0; i < D; i++) h[i]! -= z * direction[i]!;
  return out;
}

it("foretells what each cause does exactly where the objective is a square and causes have ways of their own", async () => {
  const { atoms, error, bias, identity } = await integrate(
    (await gradientsAt([acts]))[0]!,
    gradientsAt,
    acts,
    codes,
    sae,
  );
  expect(atoms).toHaveLength(TOKENS * K);
  const plain = attribute(acts, codes, sae, (await gradientsAt([acts]))[0]!);
  const estimates = new Map(plain.atoms.map((atom) => [`${atom.position}/${atom.feature}`, atom.estimate]));
  let worst = 0;
  for (const { position, feature, z, estimate } of atoms) {
    const exact = objective(acts) - objective(without(position, feature, z));
    expect(estimate).toBeCloseTo(exact, 4);
    worst = Math.max(worst, Math.abs(estimates.get(`${position}/${feature}`)! - exact));
  }
  // One gradient is off by the square of the contribution.
  expect(worst).toBeGreaterThan(0.1);
  const sizes = atoms.map(({ estimate }) => Math.abs(estimate));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(bias).toEqual(plain.bias);
  expect(identity).toBe(plain.identity);
  // The error leaves as a whole: the shares of its tokens add up to what the objective loses.
  const total = error.reduce((sum, value) => sum + value, 0);
  expect(total).toBeCloseTo(objective(acts) - objective(withoutError()), 3);
});

function withoutError(): Matrix {
  const out = { ...acts, data: new Float32Array(TOKENS * D) };
  for (let t = 0; t < TOKENS; t++) {
    const h = row(out, t);
    h.set(sae.c);
    for (let slot = t * K; slot < (t + 1) * K; slot++) {
      const direction = directionOf(sae, codes.index[slot]!);
      for (let i = 0; i < D; i++) h[i]! += codes.value[slot]! * direction[i]!;
    }
  }
  return out;
}
