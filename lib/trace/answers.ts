import { AppError } from "@/lib/core/errors";
import { logprobOf, topTokens } from "@/lib/model/sampling";
import type { TapInput, VisionLanguageModel } from "@/lib/model/types";

export interface NamedAnswer {
  text: string;
  ids: number[];
}

/** The two answers that are compared, and what the model is likeliest to say. */
export interface Answers {
  /** Single tokens are compared by their logits, others by their summed log-probabilities. */
  form: "logit" | "sequence";
  answer: NamedAnswer;
  against: NamedAnswer;
  likely: { id: number; token: string; logprob: number }[];
}

const LIKELY = 10;

/** Logits of the first token of the answer, [vocab]. */
export async function firstLogits(model: VisionLanguageModel, input: TapInput): Promise<Float32Array> {
  const stream = model.generateVersions({ ...input, versions: [{ edits: [], forced: [0] }], logits: true });
  const { value } = await stream.next();
  await stream.return([]);
  return (value as { logits: Float32Array }).logits;
}

/**
 * The answers by what was asked for: text, or `#id`; the likeliest tokens where nothing was.
 * @throws AppError ANSWERS_EQUAL, INVALID_INPUT.
 */
export async function chooseAnswers(
  model: VisionLanguageModel,
  input: TapInput,
  wanted: { answer?: string | undefined; against?: string | undefined },
): Promise<Answers> {
  const logits = await firstLogits(model, input);
  const likely = topTokens(logits, LIKELY).map((top) => ({ ...top, token: model.tokenText(top.id) }));
  const proposed = (other?: NamedAnswer): NamedAnswer => {
    const found = likely.find(({ id }) => id !== other?.ids[0])!;
    return { text: found.token, ids: [found.id] };
  };
  const named = (text: string | undefined) => (text === undefined ? undefined : inContext(model, text, logits));
  const [first, second] = [named(wanted.answer), named(wanted.against)];
  const answer = first ?? proposed(second);
  const against = second ?? proposed(answer);
  if (answer.ids.join() === against.ids.join()) {
    throw new AppError("ANSWERS_EQUAL", `Both answers are ${JSON.stringify(answer.text)}: compare two different ones.`);
  }
  const single = answer.ids.length === 1 && against.ids.length === 1;
  return { form: single ? "logit" : "sequence", answer, against, likely };
}

/** Tokens of an answer as the model would begin it here: with or without a space in front, whichever is likelier. */
function inContext(model: VisionLanguageModel, text: string, logits: Float32Array): NamedAnswer {
  const id = /^#(\d+)$/.exec(text)?.[1];
  if (id !== undefined) {
    if (Number(id) >= model.vocab) throw new AppError("INVALID_INPUT", `Token ${id} is not one of ${model.vocab}.`);
    return { text: model.tokenText(Number(id)), ids: [Number(id)] };
  }
  const forms = [text, /^\s/.test(text) ? text.trimStart() : ` ${text}`].map((form) => model.tokenize(form));
  const best = forms
    .filter((ids) => ids.length > 0)
    .sort((a, b) => logprobOf(logits, b[0]!) - logprobOf(logits, a[0]!))[0];
  if (!best) throw new AppError("INVALID_INPUT", "An answer is empty: give it some text.");
  return { text: best.map((one) => model.tokenText(one)).join(""), ids: best };
}
