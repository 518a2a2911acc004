import type { CeReport } from "../../lib/sae/ce-sums";
import { CE_SCOPES, CE_TARGETS } from "../../lib/sae/ce-sums";
import type { GroupMetrics, MetricsReport } from "../../lib/sae/metrics";

const GROUPS = ["all", "image", "text"] as const;

const FIGURES: Record<string, (group: GroupMetrics) => number | null | undefined> = {
  rows: ({ rows }) => rows,
  fvu: ({ fvu }) => fvu,
  ev: ({ ev }) => ev,
  fvu_global_den: (group) => group.fvu_global_den,
  fve_bias_blind: (group) => group.fve_bias_blind,
  ev_uncentred: (group) => group.ev_uncentred,
  "l0 (mean)": ({ l0 }) => l0?.mean,
  "l0 (p5)": ({ l0 }) => l0?.p5,
  "l0 (p50)": ({ l0 }) => l0?.p50,
  "l0 (p95)": ({ l0 }) => l0?.p95,
  "dead (count)": ({ dead, rows }) => (rows > 0 ? dead.count : null),
  cos: ({ cos }) => cos,
  l2_ratio: (group) => group.l2_ratio,
  rel_bias: (group) => group.rel_bias,
};

/** Figures of rows by modality, one line a formula; groups without rows are left out. */
export function metricTable(report: MetricsReport): string {
  const groups = GROUPS.filter((name) => name === "all" || report[name].rows > 0);
  const lines = Object.entries(FIGURES).map(([name, of]) => [name, ...groups.map((group) => shown(of(report[group])))]);
  return aligned([["", ...groups], ...lines]);
}

/** Cross-entropies and what is recovered of them, one line a place of replacement and kind of target. */
export function ceTable(report: CeReport): string {
  const head = ["replaced at", "scored", "tokens", "CE clean", "CE sae", "CE zero", "CE mean"];
  const ratios = ["ce_recovered_zero", "ce_recovered_mean", "kl_recovered_zero", "kl_recovered_mean"] as const;
  const lines = CE_SCOPES.flatMap((scope) =>
    CE_TARGETS.flatMap((target) => {
      const found = report[scope][target];
      if (!found) return [];
      const { clean, sae, zero, mean } = found.ce;
      return [
        [scope, target, ...[found.tokens, clean, sae, zero, mean, ...ratios.map((name) => found[name])].map(shown)],
      ];
    }),
  );
  return aligned([[...head, ...ratios], ...lines]);
}

function shown(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

function aligned(lines: readonly string[][]): string {
  const widths = lines[0]!.map((_, c) => Math.max(...lines.map((line) => line[c]!.length)));
  return lines
    .map((line) => line.map((text, c) => (c === 0 ? text.padEnd(widths[c]!) : text.padStart(widths[c]!))).join("  "))
    .join("\n");
}
