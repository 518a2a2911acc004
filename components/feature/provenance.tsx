import { formatCount } from "@/lib/features/format";
import type { Feature } from "@/lib/features/schema";
import { CopyButton } from "../ui/copy-button";
import { Panel } from "../ui/panel";
import { valueCode } from "./value-code";

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
