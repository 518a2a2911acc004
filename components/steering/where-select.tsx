"use client";
import { PARTS } from "@/lib/steering/desk/format";
import type { Part } from "@/lib/steering/desk/types";
import { Segmented } from "../ui/segmented";

export const PART_WORDS: Record<Part, string> = {
  all: "every position, prompt and answer",
  prompt: "image and question",
  question: "the words of the question",
  last: "the last token of the prompt, from which the answer begins",
  answer: "the answer while it is written",
  image: "the image",
  text: "all words: question and answer",
  region: "the painted region of the image",
};

/** Where all features are turned that do not say it themselves. */
export function WhereControl({
  value,
  withImage,
  onChange,
}: {
  value: Part;
  withImage: boolean;
  onChange: (part: Part) => void;
}) {
  const parts = PARTS.filter((part) => withImage || (part !== "image" && part !== "region") || part === value);
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
      <span className="text-ink-soft text-xs">where</span>
      <Segmented
        label="Where"
        className="max-w-full flex-wrap"
        value={value}
        onChange={onChange}
        segments={parts.map((part) => ({ value: part, label: part, title: PART_WORDS[part] }))}
      />
    </div>
  );
}

/** The same for one feature: as the desk says, or a place of its own. */
export function WhereOverride({
  label,
  value,
  shared,
  onChange,
}: {
  label: string;
  value: Part | null;
  shared: Part;
  onChange: (part: Part | null) => void;
}) {
  return (
    <select
      aria-label={`Where ${label} is turned`}
      title={PART_WORDS[value ?? shared]}
      value={value ?? ""}
      onChange={(event) => onChange(PARTS.find((part) => part === event.target.value) ?? null)}
      className="h-8 max-w-full rounded-lg border border-transparent bg-transparent px-1 text-ink-faint text-xs hover:border-line pointer-coarse:h-11"
    >
      <option value="">as all: {shared}</option>
      {PARTS.map((part) => (
        <option key={part} value={part}>
          {part}
        </option>
      ))}
    </select>
  );
}
