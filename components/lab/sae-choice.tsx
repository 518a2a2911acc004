"use client";
import type { ModelCard, SaeSummary } from "@/lib/saes/schema";
import { CheckChip } from "../ui/check-chip";

interface Props {
  /** What the choice decides, in words. */
  legend: string;
  saes: readonly SaeSummary[];
  /** Only one at a time. */
  single?: boolean;
  chosen: readonly string[];
  onChange: (refs: string[]) => void;
}

/** The SAE of a model that is known best: the one to start with. */
export function richestSae(models: readonly ModelCard[], slug?: string): string[] {
  const model = models.find((m) => m.slug === slug) ?? models[0];
  const [best] = [...(model?.saes ?? [])].sort((a, b) => b.nExplained - a.nExplained || b.nLive - a.nLive);
  return best ? [best.ref] : [];
}

/** Which SAEs a desk looks through; at least one stays chosen. */
export function SaeChoice({ legend, saes, single, chosen, onChange }: Props) {
  if (saes.length < 2) return null;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-ink-soft text-xs">{legend}</legend>
      <div className="flex flex-wrap gap-1.5">
        {saes.map(({ ref, slug, site }) => {
          const on = chosen.includes(ref);
          return (
            <CheckChip
              key={ref}
              title={site}
              radio={single ? legend : undefined}
              checked={on}
              disabled={!single && on && chosen.length === 1}
              onChange={() =>
                onChange(single ? [ref] : saes.map((s) => s.ref).filter((r) => (r === ref ? !on : chosen.includes(r))))
              }
            >
              {slug}
            </CheckChip>
          );
        })}
      </div>
    </fieldset>
  );
}
