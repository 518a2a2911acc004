import type { SaeWithModel } from "@/lib/autointerp/data";
import { localReader } from "@/lib/autointerp/local-reader";
import type { Reader } from "@/lib/autointerp/reader";
import type { ScoreParams } from "@/lib/autointerp/schema";
import type { Account } from "@/lib/llm/types";
import { openLanguageModel } from "@/lib/model/open";
import { endpointReader } from "./endpoint-reader";
import { AnswerBook, type AnswerContext } from "./score-answers";

/** Who judges in a run, with the answers that were given. */
export interface Judging {
  reader: Reader;
  book: AnswerBook;
}

/** Images of the question that holds most of them. */
const INTRUDER_IMAGES = 5;

/**
 * Opens the judge, and closes it whatever happens; what was kept for a resumed run goes once all is written.
 * @returns what the requests to an endpoint add up to
 */
export async function withJudge(
  ctx: AnswerContext,
  sae: SaeWithModel,
  by: ScoreParams["judge"],
  use: (judging: Judging) => Promise<void>,
): Promise<Account | undefined> {
  if (by === "endpoint") {
    const { reader, account } = await endpointReader(ctx, INTRUDER_IMAGES);
    const book = await AnswerBook.open(ctx, reader);
    await use({ reader, book });
    await book.discard();
    return account();
  }
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const reader = localReader(model);
    const book = await AnswerBook.open(ctx, reader);
    await use({ reader, book });
    await book.discard();
    return undefined;
  } finally {
    await model.dispose();
  }
}
