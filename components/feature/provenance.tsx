import type { Feature } from "@/lib/features/schema";
import { Panel } from "../ui/panel";

/** Where the numbers come from, so that they can be made again. */
export function Provenance({ feature }: { feature: Feature }) {
  const { provenance: p, versions: v } = feature;
  const rows: [string, string][] = [
    ["site", p.site],
    ["SAE", `${p.architecture} · ${v.sae}`],
    ["normalisation", p.normalisation],
    ["data set", p.dataset ?? "–"],
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
      <a
        className="mt-3 inline-block text-xs text-accent underline underline-offset-2"
        href={`/api/v1/features/${feature.ref}`}
      >
        The same as JSON
      </a>
    </Panel>
  );
}
