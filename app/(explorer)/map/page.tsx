import type { Metadata } from "next";
import { MapHead } from "@/components/map/map-head";
import { MapStart } from "@/components/map/map-start";
import { MapView } from "@/components/map/map-view";
import { Empty } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { loadMap } from "@/lib/map/loaders";

export const metadata: Metadata = {
  title: "Map",
  description: "The features of an SAE as points: similar directions lie together.",
};

export default async function MapPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const query = flatQuery(await searchParams);
  const data = await loadMap(query.in);
  if (!data) {
    return (
      <>
        <PageHead title="Map" />
        <Empty title="There is no SAE to map">
          Run <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code>: its features are
          laid out here once they are collected.
        </Empty>
      </>
    );
  }
  const { sae, saes, map, maxValue } = data;
  return (
    <>
      <MapHead sae={sae} map={map} />
      {map ? (
        <MapView
          key={sae.ref}
          saeRef={sae.ref}
          others={saes.map(({ ref }) => ref).filter((ref) => ref !== sae.ref)}
          map={map}
          maxValue={maxValue}
          query={new URLSearchParams(query).toString()}
        />
      ) : (
        <MapStart saeRef={sae.ref} />
      )}
    </>
  );
}
