"use client";
import type { ModelCard } from "@/lib/saes/schema";
import { type DeskState, isComplete, modelOf } from "@/lib/trace/desk/format";
import { METHOD_WORDS, METHODS } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";
import type { ImageSize } from "@/lib/trace/types";
import { AnswerField } from "../lab/answer-field";
import { ConversationEditor } from "../lab/conversation-editor";
import { ImageSlot, type StoredImage } from "../lab/image-slot";
import { ModelChoice } from "../lab/model-choice";
import { richestSae, SaeChoice } from "../lab/sae-choice";
import { Button } from "../ui/button";
import { Segmented } from "../ui/segmented";

interface Props {
  models: readonly ModelCard[];
  state: DeskState;
  /** Of the image of the set-up, once it is known. */
  size: ImageSize | null;
  samples: readonly StoredImage[];
  /** Likeliest next tokens, once a run of this conversation told them. */
  likely: TraceResult["likely"];
  busy: boolean;
  set: (changed: Partial<DeskState>, history: "push" | "replace") => void;
  onImage: (image: StoredImage | null) => void;
  onRun: () => void;
}

/** The set-up: what is asked, which two answers are compared, and how causes are looked for. */
export function TraceForm({ models, state, size, samples, likely, busy, set, onImage, onRun }: Props) {
  const model = models.find(({ slug }) => slug === modelOf(state)) ?? models[0];
  const withImage = model?.kind !== "text";
  return (
    <form
      aria-label="Set-up"
      className="rounded-xl border border-line bg-panel p-4 shadow-lift"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      <div className="flex gap-4 max-sm:flex-col">
        {withImage && (
          <ImageSlot
            main
            sha={state.image}
            image={size}
            samples={samples}
            onChange={onImage}
            className="w-full shrink-0 max-sm:max-w-64 sm:w-56"
          />
        )}
        <div className="flex min-w-0 flex-1 flex-col gap-3">
          <ConversationEditor
            turns={state.turns}
            onChange={(turns) => set({ turns }, "replace")}
            placeholder="is there a dog?"
          />
          <div className="grid gap-3 sm:grid-cols-2">
            <AnswerField
              label="answer"
              value={state.answer}
              placeholder="the likeliest"
              likely={likely}
              onChange={(answer, history) => set({ answer }, history)}
            />
            <AnswerField
              label="against"
              value={state.against}
              placeholder="the second likeliest"
              likely={likely}
              onChange={(against, history) => set({ against }, history)}
            />
          </div>
        </div>
      </div>
      <div className="mt-4 flex flex-wrap items-end gap-x-6 gap-y-3 border-line border-t pt-4">
        <div className="min-w-0">
          <Segmented
            label="Method"
            value={state.method}
            onChange={(method) => set({ method }, "push")}
            segments={METHODS.map((value) => ({ value, ...METHOD_WORDS[value] }))}
          />
          <p className="mt-1.5 text-ink-faint text-xs">{METHOD_WORDS[state.method].title}</p>
        </div>
        <ModelChoice
          models={models}
          slug={model?.slug}
          onChange={(slug) => set({ in: richestSae(models, slug) }, "push")}
        />
        {model && (
          <SaeChoice
            legend="causes in"
            saes={model.saes}
            chosen={state.in}
            onChange={(refs) => set({ in: refs }, "push")}
          />
        )}
        <Button
          type="submit"
          look="solid"
          className="ml-auto px-5 max-sm:w-full"
          disabled={busy || !isComplete(state)}
          data-key="Ctrl+Enter"
          data-key-label="run the trace"
          title="Ctrl or ⌘ with Enter"
        >
          {busy ? "Tracing …" : "Trace"}
        </Button>
      </div>
    </form>
  );
}
