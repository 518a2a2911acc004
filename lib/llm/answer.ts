import { z } from "zod";
import type { Tokens } from "./types";

/** What one request came to. */
export type Outcome =
  | { kind: "answered"; status: number; text: string; cut: boolean; tokens: Tokens | null }
  /** The model would not answer. */
  | { kind: "refused"; status: number; reason: string; tokens: Tokens | null }
  /** Worth another try. `tooMany`: the server asks everybody to slow down. */
  | { kind: "again"; status: number | null; reason: string; tooMany: boolean; afterMs: number | null }
  /** This request is wrong; others may be right. */
  | { kind: "rejected"; status: number; reason: string }
  /** No request can be answered. */
  | { kind: "hopeless"; status: number; reason: string };

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.union([z.string(), z.array(part)]).nullish(),
          refusal: z.string().nullish(),
        }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
});
const errorSchema = z.object({
  error: z.union([
    z.string(),
    z.looseObject({ message: z.string().optional(), code: z.union([z.string(), z.number()]).nullish() }),
  ]),
});

const MOST_REASON = 300;
const brief = (text: string) => text.replace(/\s+/g, " ").trim().slice(0, MOST_REASON);
const AGAIN = new Set([408, 409, 425, 429]);
const HOPELESS = new Set([401, 402, 403, 404, 405]);

/** Reads the answer of a chat endpoint to one request. @param now milliseconds, for Retry-After given as a date */
export function readAnswer(status: number, headers: Pick<Headers, "get">, body: string, now: number): Outcome {
  const said = errorOf(body);
  if (status >= 200 && status < 300) {
    return said === null ? readCompletion(status, body) : readError(status, said, headers, now);
  }
  return readError(status, said ?? { message: brief(body.replace(/<[^>]*>/g, " ")), code: null }, headers, now);
}

function readCompletion(status: number, body: string): Outcome {
  const again = (reason: string): Outcome => ({ kind: "again", status, reason, tooMany: false, afterMs: null });
  const json = jsonOf(body);
  if (json === undefined) return again(`The answer is no JSON: ${brief(body).slice(0, 80)}`);
  const parsed = completionSchema.safeParse(json);
  if (!parsed.success) return again("The answer is no chat completion.");
  const { usage } = parsed.data;
  const tokens = usage ? { prompt: usage.prompt_tokens, completion: usage.completion_tokens } : null;
  const [{ message, finish_reason: finish }] = parsed.data.choices as [(typeof parsed.data.choices)[0]];
  if (message.refusal) return { kind: "refused", status, reason: brief(message.refusal), tokens };
  if (finish === "content_filter") return { kind: "refused", status, reason: "Its content filter struck.", tokens };
  const { content } = message;
  const text = typeof content === "string" ? content : (content ?? []).map((p) => p.text ?? "").join("");
  if (text.trim() === "" && finish !== "length") return again("The answer is empty.");
  return { kind: "answered", status, text: text.trim(), cut: finish === "length", tokens };
}

interface Said {
  message: string;
  code: string | number | null;
}

function readError(status: number, { message, code }: Said, headers: Pick<Headers, "get">, now: number): Outcome {
  const reason = brief(`${status} ${message}`);
  if (code === "content_filter") return { kind: "refused", status, reason, tokens: null };
  // Some proxies put the status of the server behind them into the body of a 200.
  const real = status < 300 && typeof code === "number" && code >= 400 && code < 600 ? code : status;
  if (real < 300 || real >= 500 || AGAIN.has(real)) {
    const afterMs = retryAfterMs(headers.get("retry-after"), now);
    return { kind: "again", status, reason, tooMany: real === 429, afterMs };
  }
  return { kind: HOPELESS.has(real) ? "hopeless" : "rejected", status, reason };
}

/** Milliseconds of a Retry-After header, which holds seconds or a date; null when it is absent or unreadable. */
export function retryAfterMs(value: string | null, now: number): number | null {
  if (value === null || value.trim() === "") return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function errorOf(body: string): Said | null {
  const parsed = errorSchema.safeParse(jsonOf(body));
  if (!parsed.success) return null;
  const { error } = parsed.data;
  if (typeof error === "string") return { message: error, code: null };
  return { message: error.message ?? "", code: error.code ?? null };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
