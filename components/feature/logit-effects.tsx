import type { Feature } from "@/lib/features/schema";
import { Panel } from "../ui/panel";

/** Tokens that the feature's direction makes likelier and less likely as the next word. */
export function LogitEffects({ feature }: { feature: Pick<Feature, "logits"> }) {
  if (!feature.logits) return null;
  const { up, down } = feature.logits;
  const top = Math.max(1e-9, ...[...up, ...down].map(([, value]) => Math.abs(value)));
  return (
    <Panel title="Logit effects" aside="decoder row × unembedding">
      <div className="grid grid-cols-2 gap-4">
        <Effects title="makes likelier" rows={up} top={top} color="oklch(0.7 0.15 55)" sign="+" />
        <Effects title="makes less likely" rows={down} top={top} color="oklch(0.62 0.13 250)" sign="−" />
      </div>
    </Panel>
  );
}

function Effects({
  title,
  rows,
  top,
  color,
  sign,
}: {
  title: string;
  rows: [string, number][];
  top: number;
  color: string;
  sign: string;
}) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 text-xs text-ink-faint">{title}</h3>
      <ol className="grid gap-1">
        {rows.slice(0, 10).map(([token, value], i) => (
          <li key={i} className="relative flex justify-between gap-2 overflow-hidden rounded px-1.5 py-px text-xs">
            <span
              className="absolute inset-y-0 left-0 rounded opacity-30"
              style={{ width: `${(100 * Math.abs(value)) / top}%`, background: color }}
              aria-hidden="true"
            />
            <span className="relative truncate font-mono">{token.replaceAll("▁", "·").replaceAll("Ġ", "·")}</span>
            <span className="nums relative text-ink-soft">
              {sign}
              {Math.abs(value).toFixed(2)}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
