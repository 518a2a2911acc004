import type { Reason } from "./schema";

/** What the database found out about one feature and one query. */
export interface Signals {
  tags: string[];
  isAddress: boolean;
  isLabel: boolean;
  beginsLabel: boolean;
  inLabel: boolean;
  /** The label in a language in which it holds the query. */
  translation: { language: string; text: string } | null;
  inTags: boolean;
  otherText: string | null;
  /** Known words that the query's unknown words may have been meant to be. */
  meant: readonly string[];
}

const LANGUAGES = new Intl.DisplayNames("en", { type: "language" });

/** Why a feature was found, the strongest reason first; never empty. */
export function reasonsOf(signals: Signals, query: string): Reason[] {
  const why: Reason[] = [];
  if (signals.isAddress) why.push({ part: "index", text: "this number", score: 1 });
  if (signals.isLabel) why.push({ part: "label", text: "exact label", score: 1 });
  else if (signals.beginsLabel) why.push({ part: "label", text: "label begins so", score: 0.9 });
  else if (signals.inLabel) why.push({ part: "label", text: "in the label", score: 0.8 });
  if (signals.translation) {
    const { language, text } = signals.translation;
    why.push({ part: "translation", text: `${LANGUAGES.of(language) ?? language}: ${text}`, score: 0.8 });
  }
  if (signals.inTags) why.push({ part: "tags", text: tagText(signals.tags, query), score: 0.6 });
  if (signals.otherText)
    why.push({ part: "explanation", text: `another explanation: ${signals.otherText}`, score: 0.5 });
  if (why.length === 0) why.push({ part: "similar", text: `if you meant ${signals.meant.join(" or ")}`, score: 0.3 });
  return why;
}

/** The tag that holds a word of the query, before one that holds its stem; else just "tags". */
function tagText(tags: readonly string[], query: string): string {
  const words = query
    .toLowerCase()
    .split(/\W+/)
    .filter((w) => w.length > 1);
  const holding = (parts: readonly string[]) => tags.find((t) => parts.some((w) => t.toLowerCase().includes(w)));
  const tag = holding(words) ?? holding(words.map((w) => w.slice(0, Math.max(3, w.length - 2))));
  return tag ? `tag: ${tag}` : "in its tags";
}
