import { encode } from "@/lib/sae/encode";
import type { StudyResult } from "@/lib/studies/schema";
import type { Matrix } from "@/lib/tensor/matrix";
import { sum } from "@/lib/tensor/stats";
import { agreementOf } from "@/lib/trace/agreement";
import { chooseAnswers } from "@/lib/trace/answers";
import { attribute } from "@/lib/trace/attribution";
import { measureGaps } from "@/lib/trace/gap";
import { gapGradients } from "@/lib/trace/gradients";
import { integrate } from "@/lib/trace/integrated";
import { removeAtoms } from "@/lib/trace/removal";
import { questionsOf, type StudyScene } from "./study-scene";

const KINDS = ["present", "country", "color", "read", "feel", "count"];
const DEFAULT_QUESTIONS = 24;
/** Causes that are removed one by one, for each question. */
const PAIRS = 100;

/** How well one gradient, and integrated ones, foretell what happens when a feature is taken out at a token. */
export async function studyAttribution({
  ctx,
  model,
  sae,
  site,
  atlas,
}: StudyScene): Promise<Omit<StudyResult, "name">> {
  const n = ctx.params.n || DEFAULT_QUESTIONS;
  const pairs: Record<"gradient" | "integrated" | "size", { estimate: number; ablated: number }[]> = {
    gradient: [],
    integrated: [],
    size: [],
  };
  let seconds = 0;
  let identity = 0;
  const questions = questionsOf(atlas, KINDS, n);
  for (const [q, { input }] of questions.entries()) {
    ctx.progress({ stage: "questions", done: q, total: n });
    const answers = await chooseAnswers(model, input, {});
    const started = performance.now();
    const [clean] = await measureGaps(model, input, answers, [[]]);
    const [tap] = await model.tap([input], site, { signal: ctx.signal });
    const codes = await encode(tap!.acts, sae);
    const gradientsAt = (states: readonly Matrix[]) => gapGradients(model, input, site, states, answers);
    const [plain] = await gradientsAt([tap!.acts]);
    const { atoms, error, bias, identity: whole } = attribute(tap!.acts, codes, sae, plain!);
    seconds += (performance.now() - started) / 1000;
    const parts = sum(atoms.map(({ estimate }) => estimate));
    identity = Math.max(identity, Math.abs(parts + sum(error) + sum(bias) - whole));
    const top = atoms.slice(0, PAIRS);
    const edits = top.map((atom) => [removeAtoms(site, sae, [atom])]);
    const gaps = await measureGaps(model, input, answers, edits, { signal: ctx.signal });
    const ways = await integrate(plain!, gradientsAt, tap!.acts, codes, sae);
    const integrated = new Map(ways.atoms.map((atom) => [`${atom.position}/${atom.feature}`, atom.estimate]));
    top.forEach((atom, i) => {
      const ablated = clean!.gap - gaps[i]!.gap;
      pairs.gradient.push({ estimate: atom.estimate, ablated });
      pairs.integrated.push({ estimate: integrated.get(`${atom.position}/${atom.feature}`) ?? 0, ablated });
      // The control: a large activation need not be a large cause.
      pairs.size.push({ estimate: atom.z, ablated: Math.abs(ablated) });
    });
  }
  const [gradient, ig, size] = [pairs.gradient, pairs.integrated, pairs.size].map((list) => agreementOf(list)!);
  const figure = (label: string, value: number | null, control: number | null) => ({
    ...{ label, value, n: pairs.gradient.length, unit: "correlation" as const, control },
  });
  return {
    title: "Estimates of causes are true",
    about:
      "Attribution patching against taking each feature out at its token, one by one; control: the size of the activation.",
    figures: [
      figure("one gradient, all pairs", gradient!.pearson, size!.pearson),
      figure("one gradient, tenth of largest estimates", gradient!.topDecile, size!.topDecile),
      figure("one gradient, ranks", gradient!.spearman, size!.spearman),
      figure("integrated gradients, all pairs", ig!.pearson, size!.pearson),
      figure("integrated gradients, tenth of largest estimates", ig!.topDecile, size!.topDecile),
      figure("integrated gradients, ranks", ig!.spearman, size!.spearman),
      { label: "same sign, one gradient", value: gradient!.sameSign, n: gradient!.n, control: 0.5 },
      { label: "one trace", value: seconds / n, n, unit: "seconds" },
    ],
    cases: [],
    notes: [`Shares of features, error and bias add up to h . g within ${identity.toExponential(1)}.`],
  };
}
