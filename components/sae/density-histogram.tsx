import { formatCount } from "@/lib/features/format";
import type { SaeDetail } from "@/lib/saes/schema";
import { Histogram } from "../viz/histogram";

const power = (x: number) =>
  x === 0 ? "1" : `10${String(Math.round(x)).replace(/[-\d]/g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)] ?? c)}`;

/** Features by how often they fire, on a logarithmic axis; those that never fire are stated apart. */
export function DensityHistogram({ sae }: { sae: SaeDetail }) {
  const { edges, counts, silent } = sae.densities;
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total + silent === 0) return <p className="text-sm text-ink-soft">No features collected yet.</p>;
  const bars = counts.map((count, i) => {
    const lo = 10 ** (edges[i] as number);
    const hi = 10 ** (edges[i + 1] as number);
    return {
      count,
      label: `${lo.toPrecision(2)} to ${hi.toPrecision(2)}`,
      href: `/${sae.ref}?density=${lo.toPrecision(2)}..${hi.toPrecision(2)}`,
    };
  });
  return (
    <>
      <Histogram
        bars={bars}
        height={118}
        ticks={[-6, -5, -4, -3, -2, -1, 0].map(power)}
        summary={`${formatCount(total)} features by the share of positions at which they fire; ${formatCount(silent)} never fire.`}
      />
      <p className="nums mt-1.5 text-2xs text-ink-faint">
        share of positions that fire · log counts · {formatCount(silent)} never fired here
      </p>
    </>
  );
}
