import type { SaeWithModel } from "@/lib/autointerp/data";
import { localReader } from "@/lib/autointerp/local-reader";
import type { Reader } from "@/lib/autointerp/reader";
import { openLanguageModel } from "@/lib/model/open";
import { AnswerBook, type AnswerContext } from "./score-answers";

/** Who judges in a run, with the answers that were given. */
export interface Judging {
  reader: Reader;
  book: AnswerBook;
}

/** Opens the judge, and closes it whatever happens; what was kept for a resumed run goes once all is written. */
export async function withJudge(
  ctx: AnswerContext,
  sae: SaeWithModel,
  use: (judging: Judging) => Promise<void>,
): Promise<void> {
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const reader = localReader(model);
    const book = await AnswerBook.open(ctx, reader);
    await use({ reader, book });
    await book.discard();
  } finally {
    await model.dispose();
  }
}
