"use client";
import { FIX_DEFAULTS, FIX_RANGES } from "@/lib/steering/fix/format";
import type { FixSetup } from "@/lib/steering/fix/types";
import { conversationOf, messagesOf } from "@/lib/steering/request/format";
import { AnswerField } from "../lab/answer-field";
import { ConversationEditor } from "../lab/conversation-editor";
import { ImageSlot } from "../lab/image-slot";
import { NumberField } from "../lab/number-field";
import type { SetFix } from "./set-fix";

interface Props {
  setup: FixSetup;
  set: SetFix;
  /** The model sees images. */
  withImage: boolean;
}

/** One way to state the goal: a question of one's own with the answer that is wanted. */
export function GoalQuestion({ setup, set, withImage }: Props) {
  const { image, wanted, unwanted, others, questions } = setup;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 font-semibold text-sm">This question</legend>
      <div className="flex gap-4 max-sm:flex-col">
        {withImage && (
          <ImageSlot
            sha={image}
            onChange={(stored) => set({ image: stored?.sha ?? null }, "push")}
            className="w-36 shrink-0 sm:w-44"
          />
        )}
        <div className="flex min-w-0 flex-1 flex-col gap-3">
          <ConversationEditor
            turns={messagesOf(setup)}
            onChange={(turns) => set(conversationOf(turns, []), "replace")}
            placeholder="is there a dog?"
          />
          <div className="grid gap-3 sm:grid-cols-2">
            <AnswerField
              label="wanted answer"
              value={wanted}
              placeholder="no"
              likely={[]}
              onChange={(text, history) => set({ wanted: text }, history)}
            />
            <AnswerField
              label="unwanted answer"
              value={unwanted}
              placeholder="what it says by itself"
              likely={[]}
              onChange={(text, history) => set({ unwanted: text }, history)}
            />
          </div>
          {image !== null && questions === "" && (
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-soft text-xs">
              also tried on
              <NumberField
                label="Other images to try it on"
                step={1}
                {...FIX_RANGES.others}
                value={others}
                onChange={(n) => set({ others: n }, "replace")}
                className="w-16"
              />
              other images, those first where {wanted.trim() ? `“${wanted.trim()}”` : "the wanted answer"} is known to
              be true
              {others === 0 && (
                <span className="text-warn">one question alone proves little: {FIX_DEFAULTS.others} tell more</span>
              )}
            </div>
          )}
        </div>
      </div>
    </fieldset>
  );
}
