import type { Run } from "./schema";

/** Words of runs; browser safe. */
const KIND_WORDS: Record<string, string> = {
  ingest: "make scenes",
  cache: "cache activations",
  train: "train SAE",
  measure: "measure SAE",
  collect: "collect exemplars",
  explain: "explain",
  score: "score",
  map: "lay out the map",
  embed: "find out what labels mean",
  demo: "build the demo",
  chat: "answer a chat",
  inspect: "inspect",
  word: "try a word",
  steer: "steer",
  trace: "trace an answer",
  search: "search for a steering",
  study: "study",
};

/** "collect" as "collect exemplars"; unknown kinds as they are. */
export function kindWords(kind: string): string {
  return KIND_WORDS[kind.replace(/^.*\./, "")] ?? KIND_WORDS[kind] ?? kind;
}

/** "train SAE" as "Train SAE", for titles. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const STATE_MARKS: Record<Run["state"], string> = {
  queued: "○",
  running: "▸",
  done: "✓",
  failed: "✗",
  cancelled: "–",
};

/** Share of the work that is done, 0..1; null when the end is not known. */
export function shareOf(run: Pick<Run, "state" | "progress">): number | null {
  if (run.state === "done") return 1;
  const { done, total } = run.progress;
  return total ? Math.min(1, done / total) : run.state === "queued" ? 0 : null;
}

/** True while a run may still change. */
export function isLive(run: Pick<Run, "state">): boolean {
  return run.state === "queued" || run.state === "running";
}

/** "2026-11-25 13:07 UTC". */
export function formatDate(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}

/** What a run works on, from its parameters: an SAE, a data set, a site. */
export function subjectOf(run: Pick<Run, "params">): string {
  const p = (run.params ?? {}) as Record<string, unknown>;
  const parts = [p.name, p.model, p.saeSlug ?? p.slug, p.datasetSlug ?? p.dataset, p.site].filter(
    (x) => typeof x === "string",
  );
  return parts.join(" · ");
}
