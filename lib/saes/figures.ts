import { readMeasured } from "@/lib/measure/data";
import type { SaeDensity, SaeFigures, SaeGroup } from "./schema";

const GROUPS = ["all", "image", "text"] as const;

/** A stored figure as a number: some are kept with their percentiles, or with what they count. */
function numberOf(value: unknown, key: "mean" | "share"): number | null {
  if (typeof value === "number") return value;
  const inner = value && typeof value === "object" ? (value as Record<string, unknown>)[key] : null;
  return typeof inner === "number" ? inner : null;
}

/**
 * The figures by which SAEs are compared, for all rows, image rows and text rows: those of held-out rows, and how much of the
 * cross-entropy of answers passes when hidden states of that modality are replaced. Null where something was not measured.
 */
export function figuresOf(metrics: unknown): Record<SaeGroup, SaeFigures> {
  const heldOut = ((metrics as { heldOut?: unknown } | null)?.heldOut ?? {}) as Record<string, unknown>;
  const { ce } = readMeasured(metrics as never);
  const of = (group: SaeGroup): SaeFigures => {
    const rows = (heldOut[group] ?? {}) as Record<string, unknown>;
    const answer = ce?.[group].answer;
    return {
      rows: numberOf(rows.rows, "mean"),
      fvu: numberOf(rows.fvu, "mean"),
      l0: numberOf(rows.l0, "mean"),
      dead: numberOf(rows.dead, "share"),
      cos: numberOf(rows.cos, "mean"),
      tokens: answer?.tokens ?? null,
      ce_recovered_zero: answer?.ce_recovered_zero ?? null,
      ce_recovered_mean: answer?.ce_recovered_mean ?? null,
      kl_recovered_zero: answer?.kl_recovered_zero ?? null,
      kl_recovered_mean: answer?.kl_recovered_mean ?? null,
    };
  };
  return Object.fromEntries(GROUPS.map((group) => [group, of(group)])) as Record<SaeGroup, SaeFigures>;
}

/** Latents by log10 of their firing rate on held-out rows of all modalities; null where it was not measured. */
export function densityOf(metrics: unknown): SaeDensity | null {
  const all = (metrics as { heldOut?: { all?: { density?: Partial<SaeDensity> } } } | null)?.heldOut?.all;
  const { edges, counts, never } = all?.density ?? {};
  return edges && counts && typeof never === "number" ? { edges, counts, never } : null;
}
