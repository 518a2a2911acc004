"use client";
import { formatCount } from "@/lib/features/format";
import type { FixSetup, QuestionKind } from "@/lib/steering/fix/types";
import { Segmented } from "../ui/segmented";
import type { SetFix } from "./set-fix";

interface Props {
  setup: FixSetup;
  set: SetFix;
  /** Those of the corpus of the SAE that is searched. */
  kinds: readonly QuestionKind[];
}

/** The other way: the model's mistakes among stored questions whose true answers are known. */
export function GoalKind({ setup: { questions, mend }, set, kinds }: Props) {
  const known = kinds.some(({ kind }) => kind === questions);
  if (kinds.length === 0 && questions === "") return null;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 font-semibold text-sm">Many questions</legend>
      <label className="flex flex-col gap-1 text-ink-soft text-xs">
        stored questions of yes or no
        <select
          value={questions}
          onChange={(event) => set({ questions: event.target.value }, "push")}
          className="h-10 w-full min-w-0 rounded-lg border border-line bg-panel px-2 text-ink text-sm pointer-coarse:h-11"
        >
          <option value="">none</option>
          {kinds.map(({ kind, example, n }) => (
            <option key={kind} value={kind}>
              {kind} · {formatCount(n)} · “{example}”
            </option>
          ))}
          {questions !== "" && !known && <option value={questions}>{questions} · none stored</option>}
        </select>
      </label>
      {questions !== "" && (
        <div className="mt-3 flex flex-col items-start gap-1.5">
          <Segmented
            label="Mistakes to mend"
            value={mend}
            onChange={(next) => set({ mend: next }, "push")}
            segments={[
              { value: "yes", label: "wrong yes", title: "it says yes where the answer is no" },
              { value: "no", label: "wrong no", title: "it says no where the answer is yes" },
            ]}
          />
          <p className="text-ink-faint text-xs">
            The model is asked first. Half of the mistakes, with right answers beside them, choose the features; the
            rest, about other images, is held out.
          </p>
        </div>
      )}
    </fieldset>
  );
}
