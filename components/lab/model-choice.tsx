"use client";
import type { ModelCard } from "@/lib/saes/schema";

interface Props {
  models: readonly ModelCard[];
  slug: string | undefined;
  onChange: (slug: string) => void;
}

/** Which model is asked; nothing where there is only one. */
export function ModelChoice({ models, slug, onChange }: Props) {
  if (models.length < 2) return null;
  return (
    <label className="flex flex-col gap-1 text-ink-soft text-xs">
      model
      <select
        value={slug}
        onChange={(event) => onChange(event.target.value)}
        className="h-9 rounded-lg border border-line bg-panel px-2 text-ink text-sm pointer-coarse:h-11"
      >
        {models.map(({ slug: value, title }) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
