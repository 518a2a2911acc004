import { expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import type { TokenInfo } from "@/lib/model/types";
import type { Codes, Sae } from "@/lib/sae/sae";
import { attribute } from "./attribution";
import { partsOf, type TraceSite } from "./format";
import { sourcesOf } from "./summaries";

const [ROWS, D, N, K] = [7, 5, 9, 3];
const KINDS: TokenInfo["kind"][] = ["special", "image", "image", "image", "text", "text", "special"];
const tokens = KINDS.map((kind, id): TokenInfo => ({ id, text: "", kind }));

it("features by source, error and bias are the whole of h . g, and nothing of it twice", () => {
  for (let seed = 0; seed < 20; seed++) {
    const rng = createRng(seed, "parts");
    const floats = (n: number) => Float32Array.from({ length: n }, () => rng.normal());
    const rows = () => ({ rows: ROWS, cols: D, data: floats(ROWS * D) });
    const [acts, gradient] = [rows(), rows()];
    const sae = { d: D, n: N, k: K, D: floats(N * D), c: floats(D) } as Sae;
    const codes: Codes = {
      ...{ rows: ROWS, k: K, value: floats(ROWS * K).map(Math.abs) },
      index: Int32Array.from({ length: ROWS * K }, (_, i) => (3 * (i % K) + Math.floor(i / K)) % N),
    };
    const { atoms, error, bias } = attribute(acts, codes, sae, gradient);
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    const site = { bySource: sourcesOf(tokens, atoms), error: sum(error), bias: sum(bias) } as TraceSite;
    const whole = acts.data.reduce((total, value, i) => total + value * gradient.data[i]!, 0);
    expect(partsOf(site, "gradient").total).toBeCloseTo(whole, 4);
    const onImage = atoms.filter(({ position }) => KINDS[position] === "image");
    expect(site.bySource.image).toBeCloseTo(
      onImage.reduce((total, { estimate }) => total + estimate, 0),
      9,
    );
  }
});
