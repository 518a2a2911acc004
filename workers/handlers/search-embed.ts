import { AppError } from "@/lib/core/errors";
import { done, type Handler } from "@/lib/jobs/define";
import type { embedJob } from "@/lib/search/job";
import { textsWithoutMeaning } from "@/lib/search/meaning/data";
import { embed, embedderName, TOGETHER } from "@/lib/search/meaning/embedder";
import { storeMeanings } from "@/lib/search/meaning/mutations";

/** Labels that are looked up together. */
const ROUND = 16 * TOGETHER;

/** What is stored is not asked again, so an interrupted run goes on where it was. */
export const handleEmbed: Handler<typeof embedJob> = async ({ params: { embedder }, signal, progress }) => {
  if (embedder !== embedderName())
    throw new AppError("ENVIRONMENT", `EMBEDDER_MODEL is not ${embedder} (any more): start search by meaning anew.`);
  let finished = 0;
  for (;;) {
    const texts = await textsWithoutMeaning(embedder, ROUND);
    if (texts.length === 0) break;
    for (let at = 0; at < texts.length; at += TOGETHER) {
      signal.throwIfAborted();
      const some = texts.slice(at, at + TOGETHER);
      await storeMeanings(embedder, some, await embed(some, signal));
      finished += some.length;
      progress({ stage: "embed", done: finished });
    }
  }
  return done({ texts: finished });
};
