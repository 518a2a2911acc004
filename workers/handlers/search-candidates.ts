import { featureColumn } from "@/lib/features/data";
import { encode } from "@/lib/sae/encode";
import { directionOf } from "@/lib/sae/sae";
import type { Edit } from "@/lib/steering/search";
import { row } from "@/lib/tensor/matrix";
import { dot } from "@/lib/tensor/stats";
import { gainsOf } from "@/lib/trace/attribution";
import { gapGradients } from "@/lib/trace/gradients";
import type { SearchScene } from "./search-scene";

/** Features of each sort, and the density above which one is no meaning but a habit. */
const SHORTLIST = 40;
const MAX_DENSITY = 0.2;
/** Prompts whose gradient is taken. */
const READ = 12;

/**
 * Features that the gradient says would help, over the fit prompts: those that fire and support the unwanted answer, to be
 * taken out, those that fire and speak against it, to be read up, and those that would move it if they were added or
 * turned down everywhere.
 */
export async function candidatesOf({ ctx, model, sae, saeId, site, references, fit }: SearchScene): Promise<Edit[]> {
  const support = new Float64Array(sae.n);
  const gain = new Float64Array(sae.n);
  for (const { input, answers } of fit.slice(0, READ)) {
    const [tap] = await model.tap([input], site, { signal: ctx.signal });
    const gradient = (await gapGradients(model, input, site, [tap!.acts], answers))[0]!;
    const codes = await encode(tap!.acts, sae);
    for (let t = 0; t < codes.index.length; t++) {
      const [feature, z] = [codes.index[t]!, codes.value[t]!];
      if (z <= 0) continue;
      const direction = directionOf(sae, feature);
      support[feature]! += z * dot(direction, row(gradient, Math.floor(t / codes.k)));
    }
    const gains = gainsOf(sae, gradient, references);
    for (let j = 0; j < sae.n; j++) gain[j]! += gains[j]!;
  }
  const dense = await featureColumn(saeId, sae.n, "density");
  const usable = Array.from(support, (_, j) => j).filter((j) => dense[j]! <= MAX_DENSITY && references[j]! > 0);
  const most = (values: Float64Array, sign: 1 | -1) =>
    usable
      .filter((j) => sign * values[j]! > 0)
      .sort((a, b) => sign * (values[b]! - values[a]!))
      .slice(0, SHORTLIST);
  const scaled =
    (strength: number) =>
    (feature: number): Edit => ({ feature, method: "scale", strength, positions: "all" });
  const suppress = most(support, 1).map(scaled(0));
  const readUp = most(support, -1).map(scaled(3));
  const promote = most(gain, -1).map((feature): Edit => ({ feature, method: "add", strength: 1, positions: "all" }));
  const turnDown = most(gain, 1).map((feature): Edit => ({ feature, method: "add", strength: -1, positions: "all" }));
  return [...suppress, ...readUp, ...promote, ...turnDown];
}
