import { formatCount, formatShare } from "@/lib/features/format";
import { FIGURE_WORDS, formatFigure } from "@/lib/measure/format";
import type { SaeDetail, SaeGroup } from "@/lib/saes/schema";

type FigureName = keyof typeof FIGURE_WORDS;

const HELD_OUT: readonly FigureName[] = ["fvu", "fvu_global_den", "cos", "l2_ratio", "l0", "dead"];
const RECOVERED = ["ce_recovered_zero", "ce_recovered_mean", "kl_recovered_mean"] as const;
const GROUPS: readonly SaeGroup[] = ["all", "image", "text"];

/** A stored figure as a number: some are kept with their percentiles or counts. */
function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  const { mean, share } = (value ?? {}) as { mean?: unknown; share?: unknown };
  const inner = mean ?? share;
  return typeof inner === "number" ? inner : null;
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

interface Row {
  name: FigureName;
  values: (number | null)[];
}

/**
 * Quality apart for image and text tokens, every figure with its formula's name: on held-out rows, and of what the model
 * answers when the reconstruction stands in the place of its hidden states there.
 */
export function QualityTable({ sae }: { sae: SaeDetail }) {
  const { metrics, measured } = sae;
  const groups = GROUPS.filter((g) => metrics?.groups[g] || measured.ce?.[g].answer);
  const heldOut: Row[] = HELD_OUT.map((name) => ({
    name,
    values: groups.map((g) => numberOf(metrics?.groups[g]?.[name] ?? metrics?.groups[g]?.[camel(name)])),
  }));
  const recovered: Row[] = RECOVERED.map((name) => ({
    name,
    values: groups.map((g) => measured.ce?.[g].answer?.[name] ?? null),
  }));
  const known = (rows: Row[]) => rows.filter((row) => row.values.some((value) => value !== null));
  if (groups.length === 0) return <p className="text-sm text-ink-soft">Not measured yet.</p>;
  return (
    <table className="nums w-full text-sm">
      <caption className="sr-only">Quality by modality</caption>
      <thead>
        <tr className="text-2xs text-ink-faint">
          <th scope="col" className="pb-1 text-left font-normal">
            {metrics?.rows ? `${formatCount(metrics.rows)} held-out rows` : "held-out rows"}
          </th>
          {groups.map((g) => (
            <th key={g} scope="col" className="pb-1 pl-3 text-right font-normal">
              {g}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <Rows rows={known(heldOut)} />
        {known(recovered).length > 0 && (
          <tr className="border-line border-t">
            <th
              scope="rowgroup"
              colSpan={groups.length + 1}
              className="pt-3 pb-1 text-left font-normal text-2xs text-ink-faint"
            >
              of answers, when hidden states there are the SAE’s · {formatCount(measured.ce?.examples)} held-out samples
            </th>
          </tr>
        )}
        <Rows rows={known(recovered)} />
      </tbody>
    </table>
  );
}

function Rows({ rows }: { rows: readonly Row[] }) {
  return rows.map(({ name, values }) => (
    <tr key={name} className="border-line border-t">
      <th scope="row" className="py-1 text-left font-normal" title={FIGURE_WORDS[name]}>
        <code className="cursor-help font-mono text-xs text-ink-soft underline decoration-dotted underline-offset-4">
          {name}
        </code>
      </th>
      {values.map((value, i) => (
        <td key={i} className="py-1 pl-3 text-right">
          {name === "dead"
            ? formatShare(value)
            : name === "l0" && value !== null
              ? value.toFixed(1)
              : formatFigure(value)}
        </td>
      ))}
    </tr>
  ));
}
