import type { Reader } from "@/lib/autointerp/reader";
import type { JobContext } from "@/lib/jobs/define";
import { openChat } from "@/lib/llm/client";
import { accountOf, chatPrices } from "@/lib/llm/data";
import { chatEndpoint } from "@/lib/llm/endpoint";
import { runLedger } from "@/lib/llm/ledger";
import type { Account } from "@/lib/llm/types";

export interface EndpointReader {
  reader: Reader;
  /** Questions worth having under way at once: those that wait before another try leave their places to others. */
  atOnce: number;
  /** What the run's requests add up to so far. */
  account(): Promise<Account>;
}

/**
 * The endpoint of EXPLAINER_* as a reader. Its requests are in the run's account book, so a resumed run does not ask again what
 * was answered.
 * @param images that a question would like to hold
 * @throws AppError EXPLAINER_FAILED
 */
export async function endpointReader(
  { run, signal }: Pick<JobContext, "run" | "signal">,
  images: number,
): Promise<EndpointReader> {
  const endpoint = chatEndpoint();
  const chat = await openChat(endpoint, runLedger(run.id), { run: run.id, seed: run.seed, images, signal });
  return { reader: chat, atOnce: 2 * chat.concurrency, account: () => accountOf(run.id, chatPrices()) };
}
