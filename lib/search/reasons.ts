import type { Reason } from "./schema";

/** What the database found out about one feature and one query. */
export interface Signals {
  label: string | null;
  tags: string[];
  isAddress: boolean;
  isLabel: boolean;
  beginsLabel: boolean;
  inLabel: boolean;
  inTags: boolean;
  otherText: string | null;
  /** Word similarity of the query and the feature's texts, 0..1. */
  likeness: number;
}

/** Why a feature was found, the strongest reason first; never empty. */
export function reasonsOf(signals: Signals, query: string): Reason[] {
  const why: Reason[] = [];
  const label = signals.label ?? "";
  if (signals.isAddress) why.push({ part: "index", text: "this number", score: 1 });
  if (signals.isLabel) why.push({ part: "label", text: "exact label", score: 1 });
  else if (signals.beginsLabel) why.push({ part: "label", text: "label begins so", score: 0.9 });
  else if (signals.inLabel) why.push({ part: "label", text: "in the label", score: 0.8 });
  if (signals.inTags) why.push({ part: "tags", text: tagText(signals.tags, query), score: 0.6 });
  if (signals.otherText)
    why.push({ part: "explanation", text: `another explanation: ${signals.otherText}`, score: 0.5 });
  if (why.length === 0) {
    why.push({
      part: "similar",
      text: `looks like ${mostAlike(query, [label, ...signals.tags].filter(Boolean))}`,
      score: Math.round(40 * signals.likeness) / 100,
    });
  }
  return why;
}

/** Three-letter pieces of a word, padded as pg_trgm does. */
function pieces(word: string): Set<string> {
  const padded = `  ${word.toLowerCase()} `;
  return new Set(Array.from({ length: padded.length - 2 }, (_, i) => padded.slice(i, i + 3)));
}

/** The text that shares the largest part of the query's three-letter pieces. */
function mostAlike(query: string, texts: readonly string[]): string {
  const wanted = pieces(query);
  let best = texts[0] ?? "it";
  let most = -1;
  for (const text of texts) {
    const has = new Set(text.split(/\s+/).flatMap((word) => [...pieces(word)]));
    const shared = [...wanted].filter((piece) => has.has(piece)).length;
    if (shared > most) {
      most = shared;
      best = text;
    }
  }
  return best;
}

/** The tag that holds a word of the query, else just "tags". */
function tagText(tags: readonly string[], query: string): string {
  const words = query
    .toLowerCase()
    .split(/\W+/)
    .filter((w) => w.length > 1);
  const tag = tags.find((t) => words.some((w) => t.toLowerCase().includes(w.slice(0, Math.max(3, w.length - 2)))));
  return tag ? `tag: ${tag}` : "in its tags";
}
