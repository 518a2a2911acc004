import { counted, formatCount } from "@/lib/features/format";
import type { SaeMap } from "@/lib/map/schema";
import type { SaeSummary } from "@/lib/saes/schema";
import { Link } from "../ui/link";
import { PageHead } from "../ui/page-head";

interface Props {
  sae: SaeSummary;
  saes: readonly SaeSummary[];
  map: SaeMap | null;
}

/** What the map shows, how it was made, and what not to read into it. */
export function MapHead({ sae, saes, map }: Props) {
  const others = saes.filter(({ ref }) => ref !== sae.ref);
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
            UMAP by cosine of {map.neighbours} neighbours, seed {map.seed}.
          </span>
        </>
      ) : (
        "Features whose decoder directions are similar lie together."
      )}
      {others.length > 0 && (
        <span className="ml-2">
          Other maps:{" "}
          {others.map(({ ref, slug }, i) => (
            <span key={ref}>
              {i > 0 && ", "}
              <Link href={`/map?in=${ref}`} className="rounded text-accent underline underline-offset-2">
                {slug}
              </Link>
            </span>
          ))}
        </span>
      )}
    </PageHead>
  );
}
