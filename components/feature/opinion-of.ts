import type { Explanation } from "@/lib/features/schema";

/** What the tools of an explanation need to know of it, and no more: it travels with the page. */
export interface Opinion extends Pick<Explanation, "id" | "votes" | "pinned" | "isLabel"> {
  /** A person's own words, which can be edited. */
  own: string | null;
  /** It has words to vote on. */
  said: boolean;
  /** Samples that its explainer was shown. */
  shown: number;
  /** Scores that it has. */
  scored: boolean;
}

/** @returns what of an explanation its tools need */
export function opinionOf({ id, votes, pinned, isLabel, explainer, text, evidence, scores }: Explanation): Opinion {
  const { exemplars } = (evidence ?? {}) as { exemplars?: unknown[] };
  return {
    ...{ id, votes, pinned, isLabel },
    own: explainer === "human" ? text : null,
    said: text !== null,
    shown: exemplars?.length ?? 0,
    scored: Object.keys(scores).length > 0,
  };
}
