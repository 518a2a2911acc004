import type { Question, Reader, Reply } from "@/lib/autointerp/reader";
import { AppError } from "@/lib/core/errors";
import type { TapInput, VisionLanguageModel } from "@/lib/model/types";

/**
 * The loaded model as a reader of questions about one image each. Questions about the same image (the same RgbImage object) pay
 * for reading it once.
 * @param instructed whether the model follows instructions, beyond the short questions that it was trained on
 */
export function localReader(model: VisionLanguageModel, instructed = false): Reader {
  const inputOf = ({ images, text }: Question): TapInput => {
    if (images.length > 1) throw new AppError("INVALID_INPUT", `${model.slug} reads one image per question.`);
    const [image] = images;
    const message = { role: "user" as const, content: text };
    return image ? { image, messages: [{ ...message, image: true }] } : { messages: [message] };
  };
  return {
    model: model.slug,
    mostImages: 1,
    instructed,
    async ask(questions, signal) {
      const replies: Reply[] = [];
      // Answers of one length run together.
      for (const maxTokens of new Set(questions.map((q) => q.maxTokens))) {
        const started = Date.now();
        const own = questions.flatMap((q, i) => (q.maxTokens === maxTokens ? [i] : []));
        const inputs = own.map((i) => inputOf(questions[i] as Question));
        const answers = await model.generateBatch(inputs, { maxTokens, signal });
        const ms = Math.round((Date.now() - started) / own.length);
        for (const [at, i] of own.entries()) {
          const { text, ids } = answers[at]!;
          const promptTokens = model.promptTokens(inputs[at] as TapInput).length;
          replies[i] = { state: "answered", text: text.trim(), promptTokens, completionTokens: ids.length, ms };
        }
      }
      return replies;
    },
  };
}
