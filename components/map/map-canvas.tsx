"use client";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { counted } from "@/lib/features/format";
import type { MapCluster } from "@/lib/map/schema";
import { useRows } from "../lab/use-rows";
import { Button } from "../ui/button";
import { Segmented } from "../ui/segmented";
import { HoverCard } from "./hover-card";
import type { Projection } from "./label-places";
import { MapLabels } from "./map-labels";
import type { Points, ScatterHandle } from "./scatter";

// The drawing library is on this page alone, and only once there is something to draw.
const Scatter = lazy(() => import("./scatter").then((m) => ({ default: m.Scatter })));

interface Props {
  saeRef: string;
  points: Points | undefined;
  colors: readonly string[];
  clusters: readonly MapCluster[];
  selected: readonly number[];
  nPassing: number;
  onSelect: (features: number[]) => void;
  onCluster: (cluster: MapCluster) => void;
  onUnsupported: () => void;
  busy: boolean;
}

/** The map itself: points, names of clusters, what lies under the pointer, and the controls of the view. */
export function MapCanvas(props: Props) {
  const { saeRef, points, colors, clusters, selected, nPassing, busy } = props;
  const [mode, setMode] = useState<"panZoom" | "lasso">("panZoom");
  const [projection, setProjection] = useState<Projection>();
  const [hovered, setHovered] = useState<{ feature: number; left: number; top: number } | null>(null);
  const handle = useRef<ScatterHandle>(null);
  const wanted = useMemo(() => (hovered ? [hovered.feature] : []), [hovered]);
  const rows = useRows(saeRef, wanted);
  return (
    <div className="min-w-0" aria-busy={busy || !points}>
      <div className="busy-body relative h-[min(70dvh,46rem)] min-h-80 overflow-hidden rounded-xl border border-line bg-panel shadow-lift max-sm:h-auto max-sm:aspect-square">
        {points && (
          <Suspense>
            <Scatter
              ref={handle}
              points={points}
              colors={colors}
              mode={mode}
              selected={selected}
              onSelect={props.onSelect}
              onHover={setHovered}
              onView={setProjection}
              onUnsupported={props.onUnsupported}
              label={`Map of ${counted(points.features.length, "feature")}, ${nPassing.toLocaleString("en")} pass the filters; similar decoder directions lie together. The list of clusters below has the same features.`}
            />
          </Suspense>
        )}
        {projection && <MapLabels clusters={clusters} projection={projection} onChoose={props.onCluster} />}
        {hovered && projection && (
          <HoverCard {...hovered} width={projection.width} height={projection.height} row={rows.get(hovered.feature)} />
        )}
        <div className="absolute top-2 right-2 flex items-center gap-1.5">
          <Segmented
            label="Dragging"
            value={mode}
            onChange={setMode}
            segments={[
              { value: "panZoom", label: "Move", title: "drag moves the map" },
              { value: "lasso", label: "Lasso", title: "drag draws a lasso that selects" },
            ]}
          />
        </div>
        <div className="absolute right-2 bottom-2 flex flex-col gap-1.5">
          <Button aria-label="Zoom in" title="Zoom in" className="w-9 px-0" onClick={() => handle.current?.zoom(1.6)}>
            +
          </Button>
          <Button
            aria-label="Zoom out"
            title="Zoom out"
            className="w-9 px-0"
            onClick={() => handle.current?.zoom(1 / 1.6)}
          >
            −
          </Button>
          <Button
            aria-label={selected.length > 0 ? "Zoom to the selection" : "Show the whole map"}
            title={selected.length > 0 ? "Zoom to the selection" : "Show the whole map"}
            className="w-9 px-0"
            data-key="f"
            data-key-label="show the whole map, or the selection"
            onClick={() => handle.current?.frame(selected)}
          >
            ⤢
          </Button>
        </div>
      </div>
    </div>
  );
}
