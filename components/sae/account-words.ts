import { formatCount } from "@/lib/features/format";
import type { Account } from "@/lib/llm/types";

/** What the requests to an endpoint came to, those that brought nothing included. */
export function accountWords({
  calls,
  answered,
  lost,
  promptTokens,
  completionTokens,
  price,
  ...ends
}: Account): string {
  const without = [
    ...(["refused", "failed"] as const).map((end) => [ends[end], end] as const),
    [lost, "lost with a worker"] as const,
  ].flatMap(([n, words]) => (n > 0 ? [`${formatCount(n)} ${words}`] : []));
  const paid = price === null ? "" : `, ${price.toFixed(2)} at your prices`;
  return `Account of the endpoint: ${[`${formatCount(calls)} requests`, `${formatCount(answered)} answered`, ...without].join(", ")}; ${formatCount(promptTokens)} tokens in, ${formatCount(completionTokens)} out${paid}.`;
}
