import { counted, formatCount } from "@/lib/features/format";
import type { SaeMap } from "@/lib/map/schema";
import type { SaeSummary } from "@/lib/saes/schema";
import { PageHead } from "../ui/page-head";

interface Props {
  sae: SaeSummary;
  map: SaeMap | null;
}

/** What the map shows, how it was made, and what not to read into it. */
export function MapHead({ sae, map }: Props) {
  return (
    <PageHead
      crumbs={[{ label: sae.model, href: `/${sae.model}` }, { label: sae.slug, href: `/${sae.ref}` }, { label: "map" }]}
      title={`Map of ${sae.slug}`}
    >
      {map ? (
        <>
          {map.live > map.n
            ? `The ${formatCount(map.n)} most frequent of ${formatCount(map.live)} live features`
            : `${formatCount(map.n)} live features`}
          ; those with similar decoder directions lie together, in {counted(map.clusters.length, "cluster")} named by
          what their labels share. What is near is alike; how far apart distant clusters lie means little.{" "}
          <span className="text-ink-faint" title={map.method}>
            UMAP by cosine of {map.neighbours} neighbours, seed {map.seed}
            {(map.landmarks ?? map.n) < map.n &&
              `, of ${formatCount(map.landmarks)} features drawn evenly; the others lie by their nearest of these`}
            .
          </span>
        </>
      ) : (
        "Features whose decoder directions are similar lie together."
      )}
    </PageHead>
  );
}
