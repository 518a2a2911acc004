import { formatCount, formatScore, formatShare, formatValue } from "@/lib/features/format";
import type { Feature } from "@/lib/features/schema";
import { Badge } from "../ui/badge";
import { Panel } from "../ui/panel";
import { ModalityBar } from "../viz/mini-bar";
import { FACET_WORDS } from "./facet-words";
import { WhenSeen } from "./when-seen";

/** Whether the feature means a thing or a drawing or a word: each facet on the one scale of the feature, with samples. */
export function Twin({
  feature,
  query,
}: {
  feature: Pick<Feature, "ref" | "twin" | "aRef" | "crossModal" | "imageShare">;
  query: Record<string, string>;
}) {
  const { twin, aRef, crossModal, imageShare, ref } = feature;
  if (!twin || twin.length === 0) return null;
  return (
    <Panel
      title="In pictures and in words"
      aside={<span className="nums">bars: 0 to ref {formatValue(aRef)} · n: samples that fire</span>}
    >
      <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-xs text-ink-soft">
        <ModalityBar imageShare={imageShare} className="w-32" />
        <span className="nums">
          image {formatShare(imageShare)}, text {formatShare(1 - imageShare)}
        </span>
        {crossModal === null ? (
          <span className="text-ink-faint">
            no cross-modal score: its label was not judged on both images and texts
          </span>
        ) : (
          <Badge
            tone={crossModal >= 0.7 ? "good" : "plain"}
            title="the lower of the label's balanced accuracies on held-out images and on held-out texts; 0.5 is chance"
          >
            <span className="nums">cross-modal {formatScore(crossModal)}</span>
          </Badge>
        )}
      </div>
      <dl className="nums grid grid-cols-1 gap-x-4 gap-y-2 sm:grid-cols-2 md:grid-cols-5">
        {twin.map(({ facet, n, of, peak }) => (
          <div key={facet} title={FACET_WORDS[facet].means} className={n === 0 ? "text-ink-faint" : undefined}>
            <dt className="truncate text-xs font-medium">{FACET_WORDS[facet].name}</dt>
            <dd>
              <span className="my-1 block h-2 rounded-full bg-sunken" aria-hidden="true">
                <span
                  className="block h-full rounded-full"
                  style={{
                    width: `${100 * Math.min(1, peak / aRef)}%`,
                    background: FACET_WORDS[facet].text ? "var(--text-hue)" : "var(--image)",
                  }}
                />
              </span>
              <span className="block text-2xs text-ink-soft">
                {n === 0 ? (
                  `silent in all ${formatCount(of)}`
                ) : (
                  <>
                    peak {formatValue(peak)} · n {formatCount(n)} of {formatCount(of)}
                  </>
                )}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <WhenSeen part="twin" room="12rem" feature={{ ref, aRef }} query={query} />
    </Panel>
  );
}
