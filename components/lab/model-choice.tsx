"use client";
import type { ModelCard } from "@/lib/saes/schema";
import { Choice } from "../ui/choice";

interface Props {
  models: readonly ModelCard[];
  slug: string | undefined;
  onChange: (slug: string) => void;
}

/** Which model is asked; nothing where there is only one. */
export function ModelChoice({ models, slug, onChange }: Props) {
  if (models.length < 2) return null;
  return (
    <Choice
      label="model"
      value={slug ?? ""}
      options={models.map((model) => [model.slug, model.title] as const)}
      onChange={onChange}
    />
  );
}
