import { AppError } from "@/lib/core/errors";
import type { RgbImage } from "@/lib/media/image";
import type { Tokenizer } from "@/lib/model/tokenizer";
import type { TapInput, TokenInfo } from "@/lib/model/types";

/** A prompt in ids, its image placeholder expanded to one id per cell. */
export interface Prompt {
  ids: number[];
  image?: RgbImage;
  /** Position of cell 0; 0 without an image. */
  imageStart: number;
  /** Position after the last cell: everything before is shared by all questions on one image. 0 without an image. */
  imageEnd: number;
}

/**
 * Writes an input as the ids the decoder sees.
 * @param cells image tokens of one image.
 * @param maxTokens positions the model knows.
 * @throws AppError INVALID_INPUT when image and messages do not fit together, TOO_MANY_TOKENS.
 */
export function buildPrompt(input: TapInput, tokenizer: Tokenizer, cells: number, maxTokens: number): Prompt {
  const prompt = input.raw === undefined ? chatPrompt(input, tokenizer, cells) : rawPrompt(input.raw, tokenizer);
  if (prompt.ids.length === 0) throw new AppError("INVALID_INPUT", "The prompt is empty: give it some text.");
  if (prompt.ids.length > maxTokens) {
    throw new AppError(
      "TOO_MANY_TOKENS",
      `The prompt has ${prompt.ids.length} tokens and the model takes ${maxTokens}: shorten it.`,
    );
  }
  return prompt;
}

function rawPrompt(text: string, tokenizer: Tokenizer): Prompt {
  const ids = tokenizer.encode(tokenizer.bosToken + text);
  if (ids.includes(tokenizer.imageTokenId)) throw strayImage();
  return { ids, imageStart: 0, imageEnd: 0 };
}

function chatPrompt(input: TapInput, tokenizer: Tokenizer, cells: number): Prompt {
  const marked = input.messages.filter((message) => message.image).length;
  if (marked > 1) throw new AppError("INVALID_INPUT", "A conversation takes one image: mark one message with it.");
  if (marked === 1 && !input.image) {
    throw new AppError("INVALID_INPUT", "A message is marked as carrying an image, but none was given: add the image.");
  }
  if (marked === 0 && input.image) {
    throw new AppError("INVALID_INPUT", "An image was given, but no message carries it: mark one with image: true.");
  }
  const ids = tokenizer.encode(tokenizer.chat(input.messages));
  const at = ids.indexOf(tokenizer.imageTokenId);
  const found = ids.filter((id) => id === tokenizer.imageTokenId).length;
  if (found !== marked) throw marked === 1 && found === 0 ? templateWithoutImage() : strayImage();
  if (!input.image) return { ids, imageStart: 0, imageEnd: 0 };
  const expanded = [
    ...ids.slice(0, at),
    ...new Array<number>(cells).fill(tokenizer.imageTokenId),
    ...ids.slice(at + 1),
  ];
  return { ids: expanded, image: input.image, imageStart: at, imageEnd: at + cells };
}

function strayImage(): AppError {
  return new AppError("INVALID_INPUT", "The text spells out the model's image token: take it out of the text.");
}

function templateWithoutImage(): AppError {
  return new AppError("MODEL_UNREADABLE", "The model's chat template leaves the image out: use the one of its page.");
}

/** What stands at each position of a prompt. */
export function tokenInfos(prompt: Prompt, tokenizer: Tokenizer): TokenInfo[] {
  return prompt.ids.map((id, i) => {
    if (i >= prompt.imageStart && i < prompt.imageEnd) {
      return { id, text: tokenizer.tokenText(id), kind: "image", cell: i - prompt.imageStart };
    }
    return { id, text: tokenizer.tokenText(id), kind: tokenizer.isSpecial(id) ? "special" : "text" };
  });
}
