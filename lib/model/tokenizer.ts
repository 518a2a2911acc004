import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AutoTokenizer, env, type PreTrainedTokenizer } from "@huggingface/transformers";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { readJson, TEMPLATES } from "@/lib/model/files";
import type { ChatMessage } from "@/lib/model/types";

// Fovea opens what lies in a folder; a name that does not exist must be an error, never a download.
env.allowRemoteModels = false;

/** Text to ids and back, in the way of one model's tokenizer files. */
export interface Tokenizer {
  /** Absent in text models. */
  imageTokenId: number | undefined;
  eosIds: readonly number[];
  bosToken: string;
  isSpecial(id: number): boolean;
  /** Ids of text in which special tokens may be spelt out; none is added. */
  encode(text: string): number[];
  /** Text of ids without special tokens; [] gives "". */
  decode(ids: readonly number[]): string;
  /** One vocabulary entry as it looks in running text, leading space included. */
  tokenText(id: number): string;
  /** The conversation as the chat template writes it, ready for an answer. */
  chat(messages: readonly ChatMessage[]): string;
}

/** @throws AppError MODEL_UNREADABLE when tokenizer.json or tokenizer_config.json is missing or broken. */
export async function openTokenizer(
  folder: string,
  given: { imageTokenId: number | undefined; eosIds: readonly number[] },
): Promise<Tokenizer> {
  let tokenizer: PreTrainedTokenizer;
  try {
    tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true });
  } catch (cause) {
    throw new AppError(
      "MODEL_UNREADABLE",
      `${folder} has no readable tokenizer.json and tokenizer_config.json: copy both from the model's page.`,
      { cause },
    );
  }
  tokenizer.chat_template = await templateOf(tokenizer, folder);
  const special = new Set(tokenizer.all_special_ids);
  const decodeAll = (ids: readonly number[]) =>
    tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  const texts = new Map<number, string>();
  const imageToken = given.imageTokenId === undefined ? "" : decodeAll([given.imageTokenId]);
  return {
    ...given,
    bosToken: (tokenizer as unknown as { bos_token?: string | null }).bos_token ?? "",
    isSpecial: (id) => special.has(id),
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }),
    decode: (ids) =>
      ids.length === 0
        ? ""
        : tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
    tokenText(id) {
      let text = texts.get(id);
      if (text === undefined) {
        // Decoders drop the space before the first token: what the second of two adds is the token's own text.
        text = decodeAll([id, id]).slice(decodeAll([id]).length);
        texts.set(id, text);
      }
      return text;
    },
    chat: (messages) => chat(tokenizer, messages, imageToken),
  };
}

/**
 * The chat template: of tokenizer_config.json (the default one of several), else chat_template.jinja, else
 * chat_template.json; null when the model has none. @throws AppError MODEL_UNREADABLE when chat_template.json is broken.
 */
async function templateOf({ chat_template: own }: PreTrainedTokenizer, folder: string): Promise<string | null> {
  if (typeof own === "string") return own;
  const named = (own as { default?: unknown } | null)?.default;
  if (typeof named === "string") return named;
  const [text, json] = TEMPLATES;
  const missing = (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  };
  const plain = await readFile(join(folder, text), "utf8").catch(missing);
  if (plain !== undefined) return plain;
  if ((await readFile(join(folder, json)).catch(missing)) === undefined) return null;
  return (await readJson(folder, json, z.object({ chat_template: z.string() }))).chat_template;
}

function chat(tokenizer: PreTrainedTokenizer, messages: readonly ChatMessage[], imageToken: string): string {
  const template = tokenizer.chat_template;
  if (typeof template !== "string") {
    throw new AppError(
      "MODEL_UNREADABLE",
      "The model has no chat template: copy chat_template.jinja from its page into its folder, or give raw text.",
    );
  }
  // Templates of vision models walk a list of parts; those of text models want one string.
  const parts = /['"]type['"]|\.type\b/.test(template);
  const turns = messages.map(({ role, content, image }) => ({
    role,
    content: parts
      ? [...(image ? [{ type: "image" }] : []), { type: "text", text: content }]
      : image
        ? `${imageToken}\n${content}`
        : content,
  }));
  try {
    return tokenizer.apply_chat_template(turns as never, { tokenize: false, add_generation_prompt: true }) as string;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new AppError("INVALID_INPUT", `The model's chat template refuses this conversation: ${said}.`, { cause });
  }
}
