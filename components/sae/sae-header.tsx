import { formatCount, formatScore } from "@/lib/features/format";
import { formatFigure } from "@/lib/measure/format";
import type { SaeDetail } from "@/lib/saes/schema";
import { buttonClass } from "../ui/button";
import { Link } from "../ui/link";
import { PageHead } from "../ui/page-head";

/** What the SAE is, in one line of figures. */
export function SaeHeader({ sae }: { sae: SaeDetail }) {
  const live = sae.nLive || sae.n - (sae.counts.dead ?? 0);
  return (
    <>
      <PageHead
        className="mb-4"
        crumbs={[{ label: sae.model, href: `/${sae.model}` }, { label: sae.slug }]}
        title={sae.slug}
        actions={
          <>
            <Link href={`/map?in=${sae.ref}`} className={buttonClass("outline")} data-key="gm">
              Map
            </Link>
            {sae.nExplained > 0 && (
              <Link href={`/blind?in=${sae.ref}`} className={buttonClass("outline")}>
                Blind test
              </Link>
            )}
          </>
        }
      >
        <span className="font-mono text-xs">{sae.site}</span> · {sae.architecture}, {formatCount(sae.n)} features of
        width {formatCount(sae.d)}
        {sae.dataset && <> · evidence from {sae.dataset}</>}
      </PageHead>
      <dl className="nums mb-5 grid grid-cols-2 gap-x-6 gap-y-3 sm:flex sm:flex-wrap sm:gap-x-10">
        <Figure name="live features" value={formatCount(live)} note={`of ${formatCount(sae.n)}`} />
        <Figure
          name="explained"
          value={formatCount(sae.counts.explained ?? sae.nExplained)}
          note={live > 0 ? `${Math.round((100 * (sae.counts.explained ?? 0)) / live)} % of live` : ""}
        />
        <Figure name="FVU" value={sae.fvu === null ? "–" : formatScore(sae.fvu)} note="held out" />
        <Figure
          name="CE recovered"
          value={formatFigure(sae.figures.all.ce_recovered_zero)}
          note={sae.measured.ce ? "of answers" : "not measured"}
        />
        <Figure name="k" value={String(sae.k)} note="fire at a position" />
        <Figure name="best detection" value={formatScore(sae.bestDetection)} note="of a label" />
      </dl>
    </>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div>
      <dt className="eyebrow">{name}</dt>
      <dd className="text-xl font-semibold leading-7">
        {value} <span className="text-xs font-normal text-ink-faint">{note}</span>
      </dd>
    </div>
  );
}
