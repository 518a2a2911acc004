import { z } from "zod";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { toBytes } from "./vectors";

/** Texts that are sent together. */
export const TOGETHER = 64;
const PATIENCE_MS = 30_000;
const TRIES = 3;
const PAUSE_MS = 300;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()).min(1) })),
});

/** The embedder that the environment names, or null: search by meaning is not offered then. */
export function embedderName(): string | null {
  return env().EMBEDDER_MODEL ?? null;
}

/**
 * What texts mean, by the OpenAI-compatible endpoint of EMBEDDER_BASE_URL (`POST {base}/embeddings`), in the order of the texts.
 * A busy or failing server is asked again twice.
 * @param texts at most TOGETHER
 * @throws AppError EMBEDDER_FAILED
 */
export async function embed(texts: readonly string[], signal?: AbortSignal): Promise<Int8Array[]> {
  for (let attempt = 1; ; attempt++) {
    const problem = await ask(texts, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      return { again: true, why: error instanceof Error ? error.message : String(error) };
    });
    if (Array.isArray(problem)) return problem;
    if (!problem.again || attempt === TRIES) {
      throw new AppError(
        "EMBEDDER_FAILED",
        `The embedder at EMBEDDER_BASE_URL did not answer as expected: ${problem.why.slice(0, 300)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt ** 2));
  }
}

async function ask(
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Int8Array[] | { again: boolean; why: string }> {
  const { EMBEDDER_BASE_URL, EMBEDDER_MODEL, EMBEDDER_API_KEY } = env();
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(`${EMBEDDER_BASE_URL?.replace(/\/+$/, "")}/embeddings`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(EMBEDDER_API_KEY ? { authorization: `Bearer ${EMBEDDER_API_KEY}` } : {}),
    },
    body: JSON.stringify({ model: EMBEDDER_MODEL, input: texts }),
    signal: signal ? AbortSignal.any([signal, patience]) : patience,
  });
  const text = await response.text();
  if (!response.ok) {
    const again = response.status === 429 || response.status >= 500;
    return { again, why: `${response.status} ${text}` };
  }
  const { data } = answerSchema.parse(JSON.parse(text));
  const rows = [...data].sort((a, b) => a.index - b.index).map((row) => toBytes(row.embedding));
  if (rows.length !== texts.length || rows.some((row) => row.length !== rows[0]?.length)) {
    return { again: false, why: `${rows.length} vectors came for ${texts.length} texts.` };
  }
  return rows;
}
