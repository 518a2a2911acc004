"use client";
import type { WordState } from "@/lib/inspect/word/format";
import { MOST_LETTERS, WORD_INKS, type WordBenchData } from "@/lib/inspect/word/types";
import { ModelChoice } from "../lab/model-choice";
import { richestSae, SaeChoice } from "../lab/sae-choice";
import { Segmented } from "../ui/segmented";

interface Props extends Pick<WordBenchData, "models"> {
  state: WordState;
  set: (changed: Partial<WordState>, history?: "push" | "replace") => void;
}

const SIZES = [
  { value: "12", label: "S", title: "12 % of the shorter side" },
  { value: "18", label: "M", title: "18 % of the shorter side" },
  { value: "28", label: "L", title: "28 % of the shorter side" },
];
const INK_WORDS = {
  dark: { label: "Dark", title: "dark letters on a white board" },
  light: { label: "Light", title: "light letters on a dark board" },
  bare: { label: "Bare", title: "letters without a board" },
};
const FIELD =
  "h-9 w-full rounded-lg border border-line bg-panel px-3 text-ink text-sm placeholder:text-ink-faint pointer-coarse:h-11 pointer-coarse:text-base";

/** The set-up: the word, how it is written, and what is asked about the image. */
export function WordForm({ models, state, set }: Props) {
  const slug = state.in.split("/")[0];
  const model = models.find((m) => m.slug === slug) ?? models[0];
  return (
    <form
      aria-label="Set-up"
      className="rounded-xl border border-line bg-panel p-3 shadow-lift sm:p-4"
      onSubmit={(event) => event.preventDefault()}
    >
      <div className="flex flex-wrap items-end gap-x-5 gap-y-3">
        <label className="flex min-w-40 flex-1 flex-col gap-1 text-ink-soft text-xs">
          word
          <input
            value={state.word}
            maxLength={MOST_LETTERS}
            onChange={(event) => set({ word: event.target.value })}
            placeholder="fries"
            spellCheck={false}
            autoComplete="off"
            className={FIELD}
          />
        </label>
        <Choice name="size">
          <Segmented
            label="Size of the word"
            value={String(state.size)}
            onChange={(size) => set({ size: Number(size) }, "push")}
            segments={SIZES}
          />
        </Choice>
        <Choice name="letters">
          <Segmented
            label="Look of the word"
            value={state.ink}
            onChange={(ink) => set({ ink }, "push")}
            segments={WORD_INKS.map((value) => ({ value, ...INK_WORDS[value] }))}
          />
        </Choice>
        <label className="flex min-w-56 flex-[2] flex-col gap-1 text-ink-soft text-xs">
          question
          <input
            value={state.text}
            onChange={(event) => set({ text: event.target.value })}
            placeholder="describe the image."
            className={FIELD}
          />
        </label>
        <ModelChoice
          models={models}
          slug={model?.slug}
          onChange={(s) => set({ in: richestSae(models, s)[0] ?? "", feature: null }, "push")}
        />
        {model && (
          <SaeChoice
            legend="through"
            single
            saes={model.saes}
            chosen={[state.in]}
            onChange={([ref = ""]) => set({ in: ref, feature: null }, "push")}
          />
        )}
      </div>
    </form>
  );
}

function Choice({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col gap-1 text-ink-soft text-xs">
      <span aria-hidden="true">{name}</span>
      {children}
    </div>
  );
}
