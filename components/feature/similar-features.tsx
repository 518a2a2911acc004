"use client";
import type { NotCompared, Related } from "@/lib/features/relations/schema";
import { ErrorNote } from "../ui/error-note";
import { Segmented } from "../ui/segmented";
import { useUrlParam } from "../ui/url-params";
import { NeighbourList } from "./neighbour-list";
import type { SeenProps } from "./seen-props";
import { useFetched } from "./use-fetched";

const MEASURES = {
  decoder: { label: "Direction", title: "by cosine of the decoder rows", none: "" },
  images: {
    label: "Images",
    title: "by the top images they share (Jaccard index)",
    none: "No other feature has two of its top images.",
  },
  otherSae: {
    label: "Other SAEs",
    title: "by correlation on its top samples, in the other SAEs of the model",
    none: "No other SAE of this model has a feature that fires with it.",
  },
} as const;
type Measure = keyof typeof MEASURES;

/** Features near to this one, by a measure that the reader chooses; the server drew those by direction. */
export function SimilarFeatures({ feature, query, children }: SeenProps) {
  const [near, setNear] = useUrlParam("near", "decoder", query.near, "replace");
  const by: Measure = near in MEASURES ? (near as Measure) : "decoder";
  const url = by === "decoder" ? null : `/api/v1/features/${feature.ref}/neighbours?by=${by}&limit=8`;
  const { data, busy, problem, retry } = useFetched<{ items: Related[]; notCompared: NotCompared[] }>(url);
  return (
    <>
      <Segmented
        label="Similar by"
        className="mb-2"
        value={by}
        onChange={setNear}
        segments={Object.entries(MEASURES).map(([value, { label, title }]) => ({
          value: value as Measure,
          label,
          title,
        }))}
      />
      {by === "decoder" ? (
        children
      ) : (
        <div aria-busy={busy} aria-live="polite">
          {problem && <ErrorNote detail={problem.message} code={problem.code} onRetry={retry} />}
          <div className="busy-body">
            {data && (
              <NeighbourList items={data.items} none={MEASURES[by].none} ownSae={feature.ref.split("/")[1] ?? ""} />
            )}
          </div>
        </div>
      )}
      <p className="mt-2 text-2xs text-ink-faint">{MEASURES[by].title}</p>
    </>
  );
}
