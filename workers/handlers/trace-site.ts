import type { z } from "zod";
import { isAppError } from "@/lib/core/errors";
import { featureColumn } from "@/lib/features/data";
import type { JobContext } from "@/lib/jobs/define";
import type { TapInput, TokenInfo, VisionLanguageModel } from "@/lib/model/types";
import { encode } from "@/lib/sae/encode";
import { type Codes, decode, type Sae } from "@/lib/sae/sae";
import { type Matrix, matrix } from "@/lib/tensor/matrix";
import { sum } from "@/lib/tensor/stats";
import { agreementOf } from "@/lib/trace/agreement";
import type { Answers } from "@/lib/trace/answers";
import { type Atom, type Attribution, attribute, gainsOf } from "@/lib/trace/attribution";
import { featureFacts } from "@/lib/trace/data";
import { type Gap, measureGaps } from "@/lib/trace/gap";
import { gapGradients } from "@/lib/trace/gradients";
import { halve } from "@/lib/trace/halving";
import { integrate } from "@/lib/trace/integrated";
import { addEverywhere, removeAtoms, removeRows } from "@/lib/trace/removal";
import type { Cause, Gain, TraceParams, traceSiteSchema } from "@/lib/trace/schema";
import { signedGrid, sourcesOf } from "@/lib/trace/summaries";

/** One question and what is asked of it. */
export interface TraceScene {
  ctx: JobContext<TraceParams>;
  model: VisionLanguageModel;
  input: TapInput;
  answers: Answers;
  clean: Gap;
}

export interface TracedSae {
  id: string;
  slug: string;
  site: string;
  weights: Sae;
}

const TOGETHER = [1, 2, 5, 10, 20];
const GAINS = 20;
/** Sets that halving may measure, and the share of the gap below which one counts as nothing. */
const HALVING = { budget: 240, share: 0.05 };

/** Everything about one site: shares of the gap, checked by running the model without the largest. */
export async function traceSite(scene: TraceScene, sae: TracedSae) {
  const { ctx, model, input, clean } = scene;
  ctx.progress({ stage: "trace", done: 0, message: `Following the answer back to ${sae.site}.` });
  const [tap] = await model.tap([input], sae.site, { signal: ctx.signal });
  const { acts, tokens } = tap!;
  const codes = await encode(acts, sae.weights);
  const gradientsAt = (states: readonly Matrix[]) => gapGradients(model, input, sae.site, states, scene.answers);
  const gradient = ctx.params.method === "halving" ? undefined : await ifDifferentiable(gradientsAt([acts]));
  const found = !gradient
    ? await byHalving(scene, sae, attribute(acts, codes, sae.weights, matrix(acts.rows, acts.cols)))
    : ctx.params.method === "integrated"
      ? await integrate(gradient, gradientsAt, acts, codes, sae.weights)
      : attribute(acts, codes, sae.weights, gradient);
  const residual = residualOf(acts, codes, sae.weights);
  const top = found.atoms.slice(0, ctx.params.verifyTop);
  const facts = await featureFacts(sae.id, [...new Set(found.atoms.slice(0, 2000).map(({ feature }) => feature))]);
  const without = await gapsWithout(scene, sae, found, top, residual);
  const gains = gradient ? await gainsAt(scene, sae, codes, gradient) : [];
  const name = `${model.slug}/${sae.slug}`;
  const causes: Cause[] = found.atoms.map((atom, i) => ({
    sae: name,
    ref: `${name}/${atom.feature}`,
    label: facts.get(atom.feature)?.label ?? null,
    position: atom.position,
    activation: atom.z,
    estimate: atom.estimate,
    ablated: i < top.length ? clean.gap - without.atoms[i]! : null,
  }));
  const error = sum(found.error);
  causes.push({
    ...{ sae: name, ref: null, label: null, position: -1, activation: null },
    ...{ estimate: error, ablated: clean.gap - without.error },
  });
  return {
    method: gradient ? ctx.params.method : ("halving" as const),
    notice:
      gradient || ctx.params.method === "halving"
        ? null
        : `${sae.site} has no gradient in this export, so causes were found by taking halves away.`,
    causes,
    gains,
    site: siteFacts(scene, sae, tokens, found, {
      agreement: agreementOf(causes.flatMap(checked)),
      together: TOGETHER.filter((n) => n <= found.atoms.length).map((n, i) => ({ n, gap: without.together[i]! })),
    }),
  };
}

function checked({ ref, estimate, ablated }: Cause) {
  return ref === null || ablated === null ? [] : [{ estimate, ablated }];
}

/** The first gradient, or undefined where the graph has none. */
async function ifDifferentiable(gradients: Promise<Matrix[]>): Promise<Matrix | undefined> {
  try {
    return (await gradients)[0];
  } catch (error) {
    if (isAppError(error) && error.code === "MODEL_UNREADABLE") return undefined;
    throw error;
  }
}

function residualOf(acts: Matrix, codes: Codes, sae: Sae): Matrix {
  const explained = decode(codes, sae);
  return { ...acts, data: acts.data.map((value, i) => value - explained.data[i]!) };
}

/** The gap without each of the largest causes, without the first few at once, and without the error. */
async function gapsWithout(
  { ctx, model, input, answers }: TraceScene,
  { site, weights }: TracedSae,
  { atoms }: Attribution,
  top: readonly Atom[],
  residual: Matrix,
) {
  const together = TOGETHER.filter((n) => n <= atoms.length);
  const edits = [
    ...top.map((atom) => [removeAtoms(site, weights, [atom])]),
    ...together.map((n) => [removeAtoms(site, weights, atoms.slice(0, n))]),
    [removeRows(site, residual)],
  ];
  const progress = (n: number) =>
    ctx.progress({ stage: "check", done: n, total: edits.length, message: "Running the model without each cause." });
  const gaps = (await measureGaps(model, input, answers, edits, { signal: ctx.signal, progress })).map(
    ({ gap }) => gap,
  );
  return {
    atoms: gaps.slice(0, top.length),
    together: gaps.slice(top.length, -1),
    error: gaps.at(-1) as number,
  };
}

/** Silent features that would move the gap most, when added at their reference strength to every token of the prompt. */
async function gainsAt(
  { ctx, model, input, answers, clean }: TraceScene,
  sae: TracedSae,
  codes: Codes,
  gradient: Matrix,
) {
  const estimates = gainsOf(sae.weights, gradient, await featureColumn(sae.id, sae.weights.n, "aRef"));
  const firing = new Set<number>();
  for (let t = 0; t < codes.index.length; t++) if (codes.value[t]! > 0) firing.add(codes.index[t]!);
  const best = Array.from(estimates, (_, j) => j)
    .filter((j) => !firing.has(j) && estimates[j] !== 0)
    .sort((a, b) => Math.abs(estimates[b]!) - Math.abs(estimates[a]!))
    .slice(0, GAINS);
  const facts = await featureFacts(sae.id, best);
  const checkedTo = ctx.params.verifyTop === 0 ? 0 : best.length;
  const edits = best.slice(0, checkedTo).map((j) => [addEverywhere(sae.site, sae.weights, j, facts.get(j)?.aRef ?? 0)]);
  const gaps = await measureGaps(model, input, answers, edits, { signal: ctx.signal });
  return best.map(
    (j, i): Gain => ({
      sae: `${model.slug}/${sae.slug}`,
      ref: `${model.slug}/${sae.slug}/${j}`,
      label: facts.get(j)?.label ?? null,
      estimate: estimates[j]!,
      steered: i < checkedTo ? gaps[i]!.gap - clean.gap : null,
    }),
  );
}

/** Effects found without a gradient: tokens first, then the features of those that matter. */
async function byHalving({ ctx, model, input, answers, clean }: TraceScene, sae: TracedSae, all: Attribution) {
  const ordered = [...all.atoms].sort((a, b) => a.position - b.position || b.z - a.z);
  const effects = async (sets: readonly (readonly Atom[])[]) => {
    const edits = sets.map((set) => [removeAtoms(sae.site, sae.weights, set)]);
    const gaps = await measureGaps(model, input, answers, edits, { signal: ctx.signal });
    return gaps.map(({ gap }) => clean.gap - gap);
  };
  const [whole] = await effects([ordered]);
  const tau = HALVING.share * Math.abs(whole!);
  const { found } = await halve([ordered], effects, { tau, budget: HALVING.budget });
  const known = new Map(found.map(({ item, effect }) => [item, effect]));
  const atoms = ordered
    .map((atom) => ({ ...atom, estimate: known.get(atom) ?? 0 }))
    .sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate));
  return { ...all, atoms };
}

function siteFacts(
  { input, model }: TraceScene,
  sae: TracedSae,
  tokens: readonly TokenInfo[],
  { atoms, error, bias, identity }: Attribution,
  rest: Pick<z.input<typeof traceSiteSchema>, "agreement" | "together">,
): z.input<typeof traceSiteSchema> {
  const perToken = Float64Array.from(error);
  for (const { position, estimate } of atoms) perToken[position]! += estimate;
  const absolute = sum(atoms.map(({ estimate }) => Math.abs(estimate)));
  const unexplained = sum(error.map(Math.abs));
  const geometry = input.image && model.geometryFor(input.image);
  return {
    sae: `${model.slug}/${sae.slug}`,
    site: sae.site,
    features: sum(atoms.map(({ estimate }) => estimate)),
    error: sum(error),
    bias: sum(bias),
    identity,
    errorShare: unexplained + absolute > 0 ? unexplained / (unexplained + absolute) : 0,
    bySource: sourcesOf(tokens, atoms),
    perToken: [...perToken],
    ...signedGrid(tokens, perToken, geometry),
    ...rest,
  };
}
