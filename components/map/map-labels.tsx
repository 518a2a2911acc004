"use client";
import { useMemo } from "react";
import type { MapCluster } from "@/lib/map/schema";
import { type Projection, placeLabels, shortName } from "./label-places";

interface Props {
  clusters: readonly MapCluster[];
  projection: Projection;
  onChoose: (cluster: MapCluster) => void;
}

/** Names of the clusters over the map; more of them as it is looked at more closely. Choosing one selects its features. */
export function MapLabels({ clusters, projection, onChoose }: Props) {
  const placed = useMemo(() => placeLabels(clusters, projection), [clusters, projection]);
  return (
    <div className="pointer-events-none absolute inset-0 overflow-hidden">
      {placed.map(({ cluster, left, top }) => (
        <button
          key={cluster.id}
          type="button"
          // The list of clusters below says the same to those who do not point.
          tabIndex={-1}
          onClick={() => onChoose(cluster)}
          title={`${cluster.label}: ${cluster.n} features`}
          className="pointer-events-auto absolute max-w-48 -translate-x-1/2 -translate-y-1/2 truncate rounded bg-panel/85 px-1 font-medium text-2xs text-ink leading-4 hover:bg-panel hover:underline"
          style={{ left, top }}
        >
          {shortName(cluster.label)}
        </button>
      ))}
    </div>
  );
}
