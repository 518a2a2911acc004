"use client";
import { useMemo, useState } from "react";
import { counted } from "@/lib/features/format";
import type { MapCluster } from "@/lib/map/schema";
import { useRows } from "../lab/use-rows";
import { Button } from "../ui/button";
import { Link } from "../ui/link";
import { FeatureLine } from "./feature-line";

interface Props {
  saeRef: string;
  clusters: readonly MapCluster[];
  /** Features of each cluster that pass the filters, by id; undefined until the index is there. */
  members: ReadonlyMap<number, readonly number[]> | undefined;
  /** Selects a cluster on the map; undefined where there is no map to see. */
  onShow: ((cluster: MapCluster) => void) | undefined;
}

const SHOWN = 24;
const MOST_IN_ADDRESS = 500;

/** The same points as a list by cluster: for the keyboard, for screen readers, and where nothing can be drawn. */
export function ClusterList({ saeRef, clusters, members, onShow }: Props) {
  const shown = members ? clusters.filter(({ id }) => members.get(id)?.length) : clusters;
  return (
    <section aria-label="Clusters" className="mt-6">
      <h2 className="mb-2 font-semibold text-lg">
        Clusters
        <span className="nums ml-2 font-normal text-ink-faint text-sm">
          {counted(shown.length, "cluster")}, largest first
        </span>
      </h2>
      {shown.length === 0 && <p className="text-ink-soft text-sm">No cluster has a feature that passes the filters.</p>}
      <ul className="grid gap-x-4 sm:grid-cols-2 xl:grid-cols-3">
        {shown.map((cluster) => (
          <li key={cluster.id} className="min-w-0">
            <Cluster
              saeRef={saeRef}
              cluster={cluster}
              features={members?.get(cluster.id)}
              onShow={onShow && (() => onShow(cluster))}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ClusterProps {
  saeRef: string;
  cluster: MapCluster;
  features: readonly number[] | undefined;
  onShow: (() => void) | undefined;
}

function Cluster({ saeRef, cluster, features, onShow }: ClusterProps) {
  const [open, setOpen] = useState(false);
  const shown = useMemo(() => (open ? (features ?? []).slice(0, SHOWN) : []), [open, features]);
  const rows = useRows(saeRef, shown);
  return (
    <details
      className="group border-line border-b"
      onToggle={(event) => setOpen((event.target as HTMLDetailsElement).open)}
    >
      <summary className="flex min-h-11 items-center gap-2 rounded text-sm hover:bg-sunken">
        <span className="text-ink-faint transition-transform group-open:rotate-90" aria-hidden="true">
          ▸
        </span>
        <span className="truncate">{cluster.label}</span>
        <span className="nums ml-auto shrink-0 text-ink-faint text-xs">{features?.length ?? cluster.n}</span>
      </summary>
      <div className="pb-2">
        <div className="mb-1 flex flex-wrap gap-1.5">
          {onShow && <Button onClick={onShow}>Show on the map</Button>}
          {features && features.length > 0 && (
            <Link
              href={`/${saeRef}?only=${features.slice(0, MOST_IN_ADDRESS).join()}`}
              className="rounded px-2 py-1.5 text-accent text-sm underline underline-offset-2"
            >
              Open as list
            </Link>
          )}
        </div>
        {open && (
          <ol>
            {shown.map((index) => (
              <li key={index}>
                <FeatureLine saeRef={saeRef} index={index} row={rows.get(index)} />
              </li>
            ))}
          </ol>
        )}
      </div>
    </details>
  );
}
