import type { Objective, TapInput, VisionLanguageModel } from "@/lib/model/types";
import type { Matrix } from "@/lib/tensor/matrix";
import type { Answers } from "@/lib/trace/answers";

/** Gradients of the gap between two answers at a site, [tokens, d] each, for several states of it, [tokens, d] each. */
export async function gapGradients(
  model: VisionLanguageModel,
  input: TapInput,
  site: string,
  states: readonly Matrix[],
  { form, answer, against }: Answers,
): Promise<Matrix[]> {
  const run = async (of: Objective) =>
    (await model.siteGradients(input, site, states, of)).map(({ gradient }) => gradient);
  if (form === "logit") return run({ kind: "logit", plus: answer.ids[0]!, minus: against.ids[0]! });
  const plus = await run({ kind: "answer", ids: answer.ids });
  const minus = await run({ kind: "answer", ids: against.ids });
  return plus.map((one, i) => ({ ...one, data: one.data.map((value, at) => value - minus[i]!.data[at]!) }));
}
