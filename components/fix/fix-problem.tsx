"use client";
import type { FixSetup } from "@/lib/steering/fix/types";
import type { Problem } from "../lab/use-desk-run";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";

interface Props {
  problem: Problem;
  setup: FixSetup;
  /** Changes the set-up and searches again; absent where it cannot be changed. */
  change?: (changed: Partial<FixSetup>) => void;
}

/** A refusal with the step that leads on. */
export function FixProblem({ problem, setup, change }: Props) {
  const { detail, code, requestId } = problem;
  const step = change && stepFor(problem, setup);
  return (
    <div className="flex flex-col gap-2">
      <ErrorNote
        detail={detail}
        {...(code ? { code } : {})}
        {...(requestId ? { requestId } : {})}
        {...(change ? { onRetry: () => change({}) } : {})}
      />
      {step && (
        <p className="flex flex-wrap items-center gap-3 text-ink-soft text-sm">
          {step.words}
          {step.button && <Button onClick={() => change(step.changed)}>{step.button}</Button>}
        </p>
      )}
    </div>
  );
}

interface Step {
  words: string;
  button?: string;
  changed: Partial<FixSetup>;
}

function stepFor({ code, detail }: Problem, { questions, mend }: FixSetup): Step | undefined {
  if (code === "ANSWERS_EQUAL") {
    const words = "Both fields name the same answer. Leave the unwanted one to the model, or write another.";
    return { words, button: "Leave it to the model", changed: { unwanted: "" } };
  }
  if (questions && detail.includes("no wrong")) {
    const other = mend === "yes" ? "no" : "yes";
    const words = "There is nothing of this sort to mend: choose another kind of questions, or the other mistakes.";
    return { words, button: `Mend wrong “${other}”`, changed: { mend: other } };
  }
  if (questions && code === "NOT_FOUND" && detail.includes("stored question")) {
    return { words: "Choose another kind of questions.", button: "Ask none of them", changed: { questions: "" } };
  }
  if (code === "NO_WORKER") {
    return { words: "A worker answers and searches: start one with npm run worker, then try again.", changed: {} };
  }
  if (code === "NOT_FOUND" && /image/i.test(detail)) {
    return { words: "The image is no longer stored.", button: "Ask without it", changed: { image: null } };
  }
  return undefined;
}
