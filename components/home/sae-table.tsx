import { formatCount, formatScore } from "@/lib/features/format";
import type { SaeSummary } from "@/lib/saes/schema";
import { Badge } from "../ui/badge";
import { Link } from "../ui/link";

/** One row per SAE: where it reads, how large it is, how well it did. */
export function SaeTable({ saes }: { saes: readonly SaeSummary[] }) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel shadow-lift">
      {saes.map((sae) => (
        <li key={sae.ref}>
          <Link
            href={`/${sae.ref}`}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 px-4 py-3 hover:bg-sunken sm:grid-cols-[minmax(0,1fr)_repeat(4,5.2rem)]"
          >
            <span className="min-w-0">
              <span className="flex items-center gap-2">
                <span className="truncate font-semibold">{sae.slug}</span>
                <Status sae={sae} />
              </span>
              <span className="block truncate text-xs text-ink-faint">
                <span className="font-mono">{sae.site}</span> · {sae.architecture} · k {sae.k}
              </span>
            </span>
            <Cell name="features" value={formatCount(sae.n)} always />
            <Cell name="live" value={sae.n > 0 && sae.nLive > 0 ? `${Math.round((100 * sae.nLive) / sae.n)} %` : "–"} />
            <Cell name="FVU" value={formatScore(sae.fvu)} />
            <Cell name="best detect" value={formatScore(sae.bestDetection)} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Status({ sae }: { sae: SaeSummary }) {
  if (sae.status === "collected") return null;
  return (
    <Badge tone={sae.status === "training" ? "accent" : "plain"}>
      {sae.status === "ready" ? "no evidence yet" : sae.status}
    </Badge>
  );
}

function Cell({ name, value, always }: { name: string; value: string; always?: boolean }) {
  return (
    <span className={`nums text-right ${always ? "" : "hidden sm:block"}`}>
      <span className="block text-2xs text-ink-faint">{name}</span>
      <span className="text-sm font-medium">{value}</span>
    </span>
  );
}
