import { quoted } from "@/lib/features/format";
import type { SaeKey } from "@/lib/features/list/data";
import { capital } from "@/lib/runs/format";
import type { Story, StoryStep } from "./schema";

/** What a story is told with: one SAE, and what was found out about it. */
export interface Stage {
  sae: SaeKey;
  /** Studies that were done, by name. */
  studies: ReadonlyMap<string, StudyDone>;
}

/** What is read of a finished study. */
export interface StudyDone {
  run: string;
  figures: readonly { label: string; value: number | null; control: number | null; n: number }[];
  cases: readonly { title: string; ref: string | null; href: string | null; good: boolean | null; question: string }[];
}

/** A story before its steps know their places. */
export type Told =
  | { steps: readonly StoryStep[]; strip: string | null; image?: string | null }
  | { missing: NonNullable<Story["missing"]> };

/** Why a story about a feature cannot be told yet, and what makes it. */
export function notYet(words: string): Told {
  return { missing: { words, href: "/runs", link: "What is being made" } };
}

/** "12 %" */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** “french fries” #4121 */
export function called({ label, index }: { label: string | null; index: number }): string {
  return `${quoted(label ?? "")} #${index}`;
}

/** Fewer than these are an anecdote. */
const ENOUGH = 10;

/** The last step of a story: the study that counts what it showed, with its main figure if it was done. */
export function studyStep(stage: Stage, name: string, title: string, figure: RegExp, open: string): StoryStep {
  const done = stage.studies.get(name);
  const found = done?.figures.find(({ label, value, n }) => figure.test(label) && value !== null && n >= ENOUGH);
  if (!done || !found) {
    return {
      title,
      words: `${open} This installation has not counted it over enough yet: the page says how.`,
      href: "/studies",
    };
  }
  const control = found.control === null ? "" : `, against ${percent(found.control)} under the control`;
  const words = `${open} ${capital(found.label)}: ${percent(found.value as number)} of ${found.n}${control}.`;
  return { title, words, href: `/run/${done.run}` };
}
