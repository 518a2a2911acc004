import { formatCount } from "@/lib/features/format";
import type { Feature } from "@/lib/features/schema";
import { CopyButton } from "../ui/copy-button";
import { Panel } from "../ui/panel";
import { valueCode } from "./value-code";

/** Tokens that the feature's direction makes likelier and less likely as the next word. */
export function LogitEffects({ feature }: { feature: Feature }) {
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

/** Where the numbers come from, so that they can be made again. */
export function Provenance({ feature }: { feature: Feature }) {
  const { provenance: p, versions: v } = feature;
  const code = valueCode(feature);
  const n = p.evidence as { images?: number; texts?: number } | null;
  const rows: [string, string][] = [
    ["site", p.site],
    ["SAE", `${p.architecture} · ${v.sae}`],
    ["normalisation", p.normalisation],
    ["data set", p.dataset ?? "–"],
    ...(typeof n?.images === "number" && typeof n.texts === "number"
      ? [["samples", `${formatCount(n.images)} images, ${formatCount(n.texts)} texts`] as [string, string]]
      : []),
    ["evidence", v.evidence ?? "–"],
  ];
  return (
    <Panel title="Provenance">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-faint">{name}</dt>
            <dd className="break-all text-right font-mono text-ink-soft">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        {code && <CopyButton label="Copy as code" text={code} />}
        <a className="text-xs text-accent underline underline-offset-2" href={`/api/v1/features/${feature.ref}`}>
          The same as JSON
        </a>
      </div>
    </Panel>
  );
}
