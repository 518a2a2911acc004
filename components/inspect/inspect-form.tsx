"use client";
import { type InspectState, isComplete } from "@/lib/inspect/desk/format";
import type { InspectDeskData } from "@/lib/inspect/types";
import { ImageSlot } from "../lab/image-slot";
import { ModelChoice } from "../lab/model-choice";
import { richestSae, SaeChoice } from "../lab/sae-choice";
import { Button } from "../ui/button";

interface Props extends Pick<InspectDeskData, "models" | "samples" | "image"> {
  state: InspectState;
  /** The image belongs to the page and cannot be changed. */
  fixed: boolean;
  busy: boolean;
  set: (changed: Partial<InspectState>, history?: "push" | "replace") => void;
  onRun: () => void;
}

/** The set-up: what is looked at, and through which SAEs. */
export function InspectForm({ models, samples, image, state, fixed, busy, set, onRun }: Props) {
  const slug = state.in[0]?.split("/")[0];
  const model = models.find((m) => m.slug === slug) ?? models[0];
  const clear = { a: null, b: null };
  return (
    <form
      aria-label="Set-up"
      className="rounded-xl border border-line bg-panel p-3 shadow-lift sm:p-4"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      <div className="flex flex-wrap items-end gap-x-5 gap-y-3">
        {!fixed && model?.kind !== "text" && !state.image && (
          <ImageSlot
            main
            sha={null}
            image={image}
            samples={samples}
            onChange={(chosen) => set({ image: chosen?.sha ?? null, ...clear })}
            className="w-full"
          />
        )}
        <label className="flex min-w-56 flex-1 flex-col gap-1 text-ink-soft text-xs">
          {state.image ? "a question about it" : "or a text"}
          <input
            value={state.text}
            onChange={(event) => set({ text: event.target.value }, "replace")}
            placeholder={state.image ? "what does the sign say?" : "french fries are salty"}
            className="h-9 w-full rounded-lg border border-line bg-panel px-3 text-ink text-sm placeholder:text-ink-faint pointer-coarse:h-11"
          />
        </label>
        <ModelChoice
          models={models}
          slug={model?.slug}
          onChange={(s) => set({ in: richestSae(models, s), pins: [], ...clear })}
        />
        {model && (
          <SaeChoice
            legend="through"
            single
            saes={model.saes}
            chosen={state.in}
            onChange={(refs) => set({ in: refs, pins: [] })}
          />
        )}
        <span className="flex gap-2">
          {!fixed && state.image && (
            <Button onClick={() => set({ image: null, ...clear })} title="Choose another image">
              Other image
            </Button>
          )}
          <Button
            type="submit"
            look="solid"
            className="px-5"
            disabled={busy || !isComplete(state)}
            data-key="Ctrl+Enter"
            data-key-label="look"
            title="Ctrl or ⌘ with Enter"
          >
            {busy ? "Looking …" : "Look"}
          </Button>
        </span>
      </div>
    </form>
  );
}
