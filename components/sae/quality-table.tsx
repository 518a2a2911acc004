import { formatCount, formatShare } from "@/lib/features/format";
import type { SaeDetail } from "@/lib/saes/schema";

/** Figures to show, in order, with the formula behind each name. */
const FIGURES: { name: string; says: string; share?: boolean }[] = [
  { name: "fvu", says: "fraction of variance unexplained: squared error over the variance about the group's mean" },
  { name: "fvu_global_den", says: "the same with the variance about the mean of all rows, so that modalities compare" },
  { name: "cos", says: "mean cosine of the hidden state and its reconstruction" },
  { name: "l2_ratio", says: "mean norm of the reconstruction over the norm of the hidden state" },
  { name: "l0", says: "mean number of features that fire at a position" },
  { name: "dead", says: "share of features that never fired on the held-out rows", share: true },
  { name: "ce_recovered_zero", says: "share of the loss recovered against zero ablation" },
];

/** A stored figure as a number: some are kept with their percentiles. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value && typeof value === "object" && "mean" in value && typeof value.mean === "number") return value.mean;
  return undefined;
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Quality on held-out rows, apart for image and text tokens, every figure with its formula's name. */
export function QualityTable({ metrics }: { metrics: SaeDetail["metrics"] }) {
  if (!metrics) return <p className="text-sm text-ink-soft">Not measured yet.</p>;
  const groups = ["all", "image", "text"].filter((g) => metrics.groups[g]);
  const rows = FIGURES.map((figure) => ({
    ...figure,
    values: groups.map((g) => numberOf(metrics.groups[g]?.[figure.name] ?? metrics.groups[g]?.[camel(figure.name)])),
  })).filter((row) => row.values.some((v) => v !== undefined));
  return (
    <table className="nums w-full text-sm">
      <caption className="sr-only">Quality on held-out rows</caption>
      <thead>
        <tr className="text-2xs text-ink-faint">
          <th scope="col" className="pb-1 text-left font-normal">
            {metrics.rows ? `${formatCount(metrics.rows)} held-out rows` : "held-out rows"}
          </th>
          {groups.map((g) => (
            <th key={g} scope="col" className="pb-1 pl-3 text-right font-normal">
              {g}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name} className="border-line border-t">
            <th scope="row" className="py-1 text-left font-normal" title={row.says}>
              <code className="cursor-help font-mono text-xs text-ink-soft underline decoration-dotted underline-offset-4">
                {row.name}
              </code>
            </th>
            {row.values.map((v, i) => (
              <td key={groups[i]} className="py-1 pl-3 text-right">
                {v === undefined
                  ? "–"
                  : row.share
                    ? formatShare(v)
                    : v >= 10
                      ? v.toFixed(1)
                      : v.toFixed(3).replace(/^0/, "")}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
