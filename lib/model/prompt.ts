import { AppError } from "@/lib/core/errors";
import type { RgbImage } from "@/lib/media/image";
import type { ImageLayout, ImageReader } from "@/lib/model/images/reader";
import type { Tokenizer } from "@/lib/model/tokenizer";
import type { TapInput, TokenInfo } from "@/lib/model/types";

/** An image and how it stands in the prompt. */
export interface PlacedImage {
  pixels: RgbImage;
  layout: ImageLayout;
}

/** A prompt in ids, its image placeholder expanded. */
export interface Prompt {
  ids: number[];
  image?: PlacedImage;
  /** Position of the first token of the image; 0 without one. */
  imageStart: number;
  /** Position after the last: everything before is shared by all questions on one image. 0 without an image. */
  imageEnd: number;
}

export interface PromptParts {
  tokenizer: Tokenizer;
  /** Absent in text models. */
  reader?: ImageReader | undefined;
  /** Positions that the model knows. */
  maxTokens: number;
}

/**
 * Writes an input as the ids the decoder sees.
 * @throws AppError INVALID_INPUT when image and messages do not fit together, TOO_MANY_TOKENS.
 */
export function buildPrompt(input: TapInput, parts: PromptParts): Prompt {
  const prompt = input.raw === undefined ? chatPrompt(input, parts) : rawPrompt(input.raw, parts.tokenizer);
  if (prompt.ids.length === 0) throw new AppError("INVALID_INPUT", "The prompt is empty: give it some text.");
  if (prompt.ids.length > parts.maxTokens) {
    throw new AppError(
      "TOO_MANY_TOKENS",
      `The prompt has ${prompt.ids.length} tokens and the model takes ${parts.maxTokens}: shorten it.`,
    );
  }
  return prompt;
}

function rawPrompt(text: string, tokenizer: Tokenizer): Prompt {
  const ids = tokenizer.encode(tokenizer.bosToken + text);
  if (tokenizer.imageTokenId !== undefined && ids.includes(tokenizer.imageTokenId)) throw strayImage();
  return { ids, imageStart: 0, imageEnd: 0 };
}

function chatPrompt({ messages, image }: TapInput, { tokenizer, reader }: PromptParts): Prompt {
  const marked = messages.filter((message) => message.image).length;
  if (marked > 1) throw new AppError("INVALID_INPUT", "A conversation takes one image: mark one message with it.");
  if (marked === 1 && !image) {
    throw new AppError("INVALID_INPUT", "A message is marked as carrying an image, but none was given: add the image.");
  }
  if (marked === 0 && image) {
    throw new AppError("INVALID_INPUT", "An image was given, but no message carries it: mark one with image: true.");
  }
  const ids = tokenizer.encode(tokenizer.chat(messages));
  if (!reader) {
    if (image) throw new AppError("INVALID_INPUT", "This model reads text only: leave the image out.");
    return { ids, imageStart: 0, imageEnd: 0 };
  }
  const at = ids.indexOf(tokenizer.imageTokenId as number);
  const found = ids.filter((id) => id === tokenizer.imageTokenId).length;
  if (found !== marked) throw marked === 1 && found === 0 ? templateWithoutImage() : strayImage();
  if (!image) return { ids, imageStart: 0, imageEnd: 0 };
  const layout = reader.layout(image);
  return {
    ids: [...ids.slice(0, at), ...layout.tokens.map((token) => token.id), ...ids.slice(at + 1)],
    image: { pixels: image, layout },
    imageStart: at,
    imageEnd: at + layout.tokens.length,
  };
}

function strayImage(): AppError {
  return new AppError("INVALID_INPUT", "The text spells out the model's image token: take it out of the text.");
}

function templateWithoutImage(): AppError {
  return new AppError("MODEL_UNREADABLE", "The model's chat template leaves the image out: use the one of its page.");
}

/** What stands at each position of a prompt. */
export function tokenInfos({ ids, image, imageStart }: Prompt, tokenizer: Tokenizer): TokenInfo[] {
  return ids.map((id, i) => {
    const text = tokenizer.tokenText(id);
    const token = image?.layout.tokens[i - imageStart];
    if (token?.feature) {
      return { id, text, kind: "image", box: token.box, ...(token.cell === undefined ? {} : { cell: token.cell }) };
    }
    return { id, text, kind: tokenizer.isSpecial(id) ? "special" : "text" };
  });
}
