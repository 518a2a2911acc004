"use client";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import createScatterplot from "regl-scatterplot";
import type { Projection } from "./label-places";
import { touchAsMouse } from "./touch";

export interface Points {
  /** Features in the order in which they are drawn: what passes comes last, on top. */
  features: Uint32Array;
  x: Float32Array; // 0..1
  y: Float32Array;
  /** Place in `colors` of each. */
  color: Uint8Array;
}

export interface ScatterHandle {
  zoom(factor: number): void;
  /** Shows everything, or these features closely. */
  frame(features?: readonly number[]): void;
}

interface Props {
  points: Points;
  colors: readonly string[];
  mode: "panZoom" | "lasso";
  selected: readonly number[];
  onSelect: (features: number[]) => void;
  onHover: (hovered: { feature: number; left: number; top: number } | null) => void;
  onView: (projection: Projection) => void;
  onUnsupported: () => void;
  label: string;
  ref: Ref<ScatterHandle>;
}

type Plot = ReturnType<typeof createScatterplot>;

const sizeFor = (n: number) => (n < 6000 ? 5 : n < 40_000 ? 3 : 2);

/** Points on a canvas by WebGL: drag to move, wheel to zoom, lasso to select. A list beside it tells the same. */
export function Scatter(props: Props) {
  const { points, colors, mode, selected, label, ref } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [plot, setPlot] = useState<Plot>();
  // Subscriptions outlive renders: they read what is current.
  const now = useRef({ props, rows: new Map<number, number>() });
  now.current.props = props;

  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    // Asked of another canvas: this one is drawn into from a shared one, by pixels.
    if (!document.createElement("canvas").getContext("webgl")) {
      now.current.props.onUnsupported();
      return;
    }
    const made = createScatterplot({
      canvas: element,
      width: "auto",
      height: "auto",
      backgroundColor: [0, 0, 0, 0],
      colorBy: "valueA",
      opacity: 0.9,
      pointColorHover: "#f59e0b",
      pointColorActive: "#f59e0b",
      pointOutlineWidth: 1.5,
      pointSizeSelected: 1.5,
      lassoColor: "#f59e0b",
      lassoInitiator: false,
      lassoMinDelay: 4,
      lassoMinDist: 2,
      keyMap: { shift: "lasso" } as never,
      deselectOnEscape: true,
    });
    const featuresOf = (at: readonly number[]) => at.map((i) => now.current.props.points.features[i] as number);
    made.subscribe("select", ({ points: at }) => now.current.props.onSelect(featuresOf(at)));
    made.subscribe("deselect", () => now.current.props.onSelect([]));
    made.subscribe("pointOver", (at) => {
      const place = made.getScreenPosition(at);
      const feature = now.current.props.points.features[at];
      if (place && feature !== undefined) now.current.props.onHover({ feature, left: place[0], top: place[1] });
    });
    made.subscribe("pointOut", () => now.current.props.onHover(null));
    const tell = () => tellView(made, element, now.current.props.onView);
    made.subscribe("view", tell);
    made.subscribe("draw", tell);
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    const untouch = touchAsMouse(element);
    setPlot(made);
    return () => {
      untouch();
      observer.disconnect();
      made.destroy();
    };
  }, []);

  useEffect(() => {
    if (!plot) return;
    now.current.rows = new Map(Array.from(points.features, (feature, i) => [feature, i]));
    plot
      .set({ pointColor: [...colors], pointSize: sizeFor(points.features.length) })
      .then(() =>
        plot.draw(
          {
            x: Float32Array.from(points.x, (v) => 1.9 * v - 0.95),
            y: Float32Array.from(points.y, (v) => 1.9 * v - 0.95),
            valueA: points.color,
          },
          { zDataType: "categorical" },
        ),
      )
      // A plot that was destroyed meanwhile draws nothing.
      .catch(() => {});
  }, [plot, points, colors]);

  useEffect(() => {
    plot?.set({ mouseMode: mode }).catch(() => {});
  }, [plot, mode]);

  useEffect(() => {
    if (!plot?.get("isPointsDrawn")) return;
    const at = selected.flatMap((feature) => now.current.rows.get(feature) ?? []);
    if (at.length > 0) plot.select(at, { preventEvent: true });
    else plot.deselect({ preventEvent: true });
  }, [plot, selected]);

  useImperativeHandle(
    ref,
    () => ({
      zoom: (factor) => {
        if (plot) void plot.zoomToLocation(plot.get("cameraTarget"), plot.get("cameraDistance") / factor, moving());
      },
      frame: (features) => {
        if (!plot) return;
        const at = features?.flatMap((feature) => now.current.rows.get(feature) ?? []) ?? [];
        void (at.length > 0 ? plot.zoomToPoints(at, { padding: 0.4, ...moving() }) : plot.zoomToOrigin(moving()));
      },
    }),
    [plot],
  );

  return <canvas ref={canvas} className="absolute inset-0 size-full touch-none" role="img" aria-label={label} />;
}

function moving(): { transition: boolean; transitionDuration: number } {
  return { transition: !window.matchMedia("(prefers-reduced-motion: reduce)").matches, transitionDuration: 300 };
}

/** Where the map's unit square lies on the canvas now: the plot's view is a scale and a shift, turned never. */
function tellView(plot: Plot, canvas: HTMLCanvasElement, onView: (p: Projection) => void): void {
  const view = plot.get("cameraView") as unknown as ArrayLike<number> | undefined;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!view || width === 0 || height === 0) return;
  const [sx, sy, tx, ty] = [view[0], view[5], view[12], view[13]] as [number, number, number, number];
  const aspect = width / height;
  // Unit square -> plot (-0.95..0.95) -> clip space -> px.
  onView({
    ax: ((1.9 * sx) / aspect) * (width / 2),
    bx: ((-0.95 * sx + tx) / aspect + 1) * (width / 2),
    ay: -1.9 * sy * (height / 2),
    by: (1 - (-0.95 * sy + ty)) * (height / 2),
    width,
    height,
  });
}
