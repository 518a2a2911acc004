"use client";
import type { ModelCard } from "@/lib/saes/schema";
import { DESK_DEFAULTS, printDesk } from "@/lib/steering/desk/format";
import { lacking } from "@/lib/steering/fix/format";
import type { FixSetup, QuestionKind } from "@/lib/steering/fix/types";
import { ModelChoice } from "../lab/model-choice";
import { SaeChoice } from "../lab/sae-choice";
import { Button } from "../ui/button";
import { Link } from "../ui/link";
import { GoalKind } from "./goal-kind";
import { GoalQuestion } from "./goal-question";
import { Limits } from "./limits";
import type { SetFix } from "./set-fix";

interface Props {
  models: readonly ModelCard[];
  model: ModelCard;
  /** The SAE that is searched, `model/sae`. */
  sae: string;
  kinds: readonly QuestionKind[];
  setup: FixSetup;
  set: SetFix;
  busy: boolean;
  onRun: () => void;
}

/** The goal, what it may cost, and where features are looked for. */
export function FixForm({ models, model, sae, kinds, setup, set, busy, onRun }: Props) {
  const lacks = lacking(setup);
  const { image, system, prompt, turns } = setup;
  const asked = {
    ...DESK_DEFAULTS,
    model: model.slug,
    image,
    system,
    turns: [...turns],
    ...(prompt ? { prompt } : {}),
  };
  return (
    <form
      aria-label="Set-up"
      className="rounded-xl border border-line bg-panel p-4 shadow-lift"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      <div className="grid gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
        <GoalQuestion setup={setup} set={set} withImage={model.kind === "vlm"} />
        <div className="flex min-w-0 flex-col gap-5 max-lg:border-line max-lg:border-t max-lg:pt-5">
          <GoalKind setup={setup} set={set} kinds={kinds} />
          <Limits setup={setup} set={set} />
        </div>
      </div>
      <div className="mt-4 flex flex-wrap items-end gap-x-6 gap-y-3 border-line border-t pt-4">
        <ModelChoice models={models} slug={model.slug} onChange={(slug) => set({ in: slug }, "push")} />
        <SaeChoice
          legend="features of"
          single
          saes={model.saes}
          chosen={[sae]}
          onChange={([ref]) => set({ in: ref ?? "" }, "push")}
        />
        <Link
          href={`/steer?${printDesk(asked)}`}
          className="rounded py-2 text-accent text-sm underline underline-offset-2"
        >
          Turn features by hand
        </Link>
        <div className="ml-auto flex flex-wrap items-center justify-end gap-x-4 gap-y-2 max-sm:w-full">
          {lacks && <p className="text-ink-soft text-sm">{lacks}</p>}
          <Button
            type="submit"
            look="solid"
            className="px-5 max-sm:w-full"
            disabled={busy || lacks !== undefined}
            data-key="Ctrl+Enter"
            data-key-label="run the search"
            title="Ctrl or ⌘ with Enter"
          >
            {busy ? "Searching …" : "Search"}
          </Button>
        </div>
      </div>
    </form>
  );
}
