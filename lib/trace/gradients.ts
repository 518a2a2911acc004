import type { TapInput, VisionLanguageModel } from "@/lib/model/types";
import { type Matrix, matrix } from "@/lib/tensor/matrix";
import type { Answers } from "@/lib/trace/answers";

/**
 * Gradient of the gap at a site, [tokens, d]: at the hidden states themselves, or the mean over midpoints of the way from
 * the reference `towards` (at every token) to them: integrated gradients (Sundararajan et al., 2017, arXiv 1703.01365), by
 * the midpoint rule, which leaves a tenth of a per cent where left ends leave nine.
 * @param steps 1: the gradient at the hidden states.
 */
export async function meanGradient(
  model: VisionLanguageModel,
  input: TapInput,
  site: string,
  acts: Matrix,
  { form, answer, against }: Answers,
  { towards, steps }: { towards: Float32Array; steps: number },
): Promise<Matrix> {
  const at = (alpha: number): Matrix => ({
    ...acts,
    data: acts.data.map((value, i) => {
      const from = towards[i % acts.cols]!;
      return from + alpha * (value - from);
    }),
  });
  const points = steps === 1 ? [acts] : Array.from({ length: steps }, (_, s) => at((s + 0.5) / steps));
  const run = async (of: Parameters<VisionLanguageModel["siteGradients"]>[3]) =>
    (await model.siteGradients(input, site, points, of)).map(({ gradient }) => gradient);
  const sum = matrix(acts.rows, acts.cols);
  const add = (list: readonly Matrix[], weight: number) => {
    for (const { data } of list) for (let i = 0; i < data.length; i++) sum.data[i]! += weight * data[i]!;
  };
  if (form === "logit") {
    add(await run({ kind: "logit", plus: answer.ids[0]!, minus: against.ids[0]! }), 1 / steps);
  } else {
    add(await run({ kind: "answer", ids: answer.ids }), 1 / steps);
    add(await run({ kind: "answer", ids: against.ids }), -1 / steps);
  }
  return sum;
}
