"use client";
import type { DeskState } from "@/lib/trace/desk/format";
import type { Problem } from "../lab/use-desk-run";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";

interface Props {
  problem: Problem;
  state: DeskState;
  /** Changes the set-up; absent where it cannot be changed. */
  change?: (changed: Partial<DeskState>, run: boolean) => void;
}

/** A refusal with the step that leads on. */
export function TraceProblem({ problem, state, change }: Props) {
  const { detail, code, requestId } = problem;
  const steps = change ? stepsFor(problem, state) : [];
  return (
    <div className="flex flex-col gap-2">
      <ErrorNote
        detail={detail}
        {...(code ? { code } : {})}
        {...(requestId ? { requestId } : {})}
        {...(change ? { onRetry: () => change({}, true) } : {})}
      />
      {steps.map(({ words, button, changed, run }) => (
        <p key={button} className="flex flex-wrap items-center gap-3 text-ink-soft text-sm">
          {words}
          <Button onClick={() => change?.(changed, run)}>{button}</Button>
        </p>
      ))}
    </div>
  );
}

interface Step {
  words: string;
  button: string;
  changed: Partial<DeskState>;
  run: boolean;
}

function stepsFor({ code, detail }: Problem, { method }: DeskState): Step[] {
  if (code === "ANSWERS_EQUAL") {
    return [
      {
        words: "Both fields name the same answer. Write another one, or leave both to the model.",
        button: "Let the model propose",
        changed: { answer: "", against: "" },
        run: true,
      },
    ];
  }
  if (method !== "halving" && (/gradient/i.test(detail) || code === "NO_GRADIENT")) {
    return [
      {
        words: "Halving finds causes by running the model, without a gradient.",
        button: "Use halving",
        changed: { method: "halving" },
        run: true,
      },
    ];
  }
  return [];
}
