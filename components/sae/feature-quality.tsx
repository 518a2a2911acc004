import { formatCount, formatShare } from "@/lib/features/format";
import { embeddingWords, formatFigure } from "@/lib/measure/format";
import type { SaeDetail } from "@/lib/saes/schema";
import { Link } from "../ui/link";

/** How well features stand for one thing each: concepts that they find, and how alike the images are that fire them. */
export function FeatureQuality({ sae }: { sae: SaeDetail }) {
  const { concepts, monosemanticity } = sae.measured;
  if (!concepts && !monosemanticity) return null;
  return (
    <div className="flex flex-col gap-4 text-sm">
      {concepts && (
        <section aria-label="Concepts found">
          <p className="text-xs text-ink-soft">
            Concepts that a feature finds, with an F1 above .5 on scenes it was not chosen on
          </p>
          <dl className="mt-2 flex flex-col gap-1.5">
            <ShareBar name="trained styles" {...concepts} />
            <ShareBar name="unseen style" {...concepts.unseen} />
          </dl>
          <p className="nums mt-1.5 text-2xs text-ink-faint">{formatCount(concepts.scenes)} scenes of each</p>
        </section>
      )}
      {monosemanticity && <Monosemanticity of={monosemanticity} saeRef={sae.evidence ? sae.ref : null} />}
    </div>
  );
}

function ShareBar({
  name,
  share,
  found,
  concepts,
  meanF1,
}: {
  name: string;
  share: number | null;
  found: number;
  concepts: number;
  meanF1: number | null;
}) {
  return (
    <div className="nums flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1 text-xs">
      <dt className="text-ink-soft">{name}</dt>
      <dd className="text-ink-faint">
        <span className="font-medium text-ink">{formatShare(share)}</span> · {formatCount(found)} of{" "}
        {formatCount(concepts)} · mean F1 {formatFigure(meanF1)}
      </dd>
      <dd className="h-2 basis-full overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        <span className="block h-full rounded-full bg-(--bar)" style={{ width: `${100 * (share ?? 0)}%` }} />
      </dd>
    </div>
  );
}

function Monosemanticity({
  of,
  saeRef,
}: {
  of: NonNullable<SaeDetail["measured"]["monosemanticity"]>;
  /** Null while its features have no pages. */
  saeRef: string | null;
}) {
  const { plain, baseline, images, best, embedding, leastImages } = of;
  return (
    <section aria-label="Monosemanticity">
      <p className="text-xs text-ink-soft">
        Monosemanticity: mean cosine of the images that fire a feature, compared by {embeddingWords(embedding)}
      </p>
      <p className="nums mt-1">
        <span className="font-semibold text-lg">{formatFigure(plain.mean)}</span>{" "}
        <span className="text-xs text-ink-faint">
          mean · {formatFigure(plain.p10)} to {formatFigure(plain.p90)} for most · {formatFigure(baseline)} for any two
          images
        </span>
      </p>
      <p className="nums mt-0.5 text-2xs text-ink-faint">
        {formatCount(plain.features)} features that fire in {leastImages} or more of {formatCount(images)} images
        {saeRef && best.length > 0 && (
          <>
            {" · highest "}
            {best.slice(0, 4).map(([index], i) => (
              <span key={index}>
                {i > 0 && ", "}
                <Link href={`/${saeRef}/${index}`} className="rounded underline underline-offset-2 hover:text-ink">
                  #{index}
                </Link>
              </span>
            ))}
          </>
        )}
      </p>
    </section>
  );
}
