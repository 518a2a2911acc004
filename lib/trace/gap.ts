import type { SiteEdit, TapInput, VisionLanguageModel } from "@/lib/model/types";
import type { Answers } from "@/lib/trace/answers";

export interface Gap {
  gap: number;
  /** Log-probabilities of the two answers. */
  answer: number;
  against: number;
}

export interface MeasureOptions {
  batch?: number;
  signal?: AbortSignal;
  /** Called with the number of versions that are done. */
  progress?: (done: number) => void;
}

/**
 * How much the model prefers one answer to the other under each of several lists of edits: the difference of two logits, or of
 * two summed log-probabilities.
 */
export async function measureGaps(
  model: VisionLanguageModel,
  input: TapInput,
  { form, answer, against }: Answers,
  edits: readonly (readonly SiteEdit[])[],
  { batch, signal, progress }: MeasureOptions = {},
): Promise<Gap[]> {
  const gaps = edits.map((): Gap => ({ gap: 0, answer: 0, against: 0 }));
  const a = answer.ids[0] as number;
  const b = against.ids[0] as number;
  const versions = edits.flatMap((list) =>
    form === "logit"
      ? [{ edits: list, forced: [a] }]
      : [
          { edits: list, forced: answer.ids },
          { edits: list, forced: against.ids },
        ],
  );
  const stream = model.generateVersions({
    ...input,
    versions,
    logits: form === "logit",
    ...(batch ? { batch } : {}),
    ...(signal ? { signal } : {}),
  });
  for await (const { version, logprob, logits } of stream) {
    if (form === "logit") {
      const of = gaps[version] as Gap;
      of.gap = logits![a]! - logits![b]!;
      of.answer = logprob;
      of.against = logprob - of.gap;
      progress?.(version + 1);
      continue;
    }
    const of = gaps[version >> 1] as Gap;
    if (version % 2 === 0) of.answer += logprob;
    else of.against += logprob;
    of.gap = of.answer - of.against;
    progress?.((version >> 1) + 1);
  }
  return gaps;
}
