"use client";
import { useEffect, useMemo, useRef } from "react";
import { useOnScreen } from "../ui/on-screen";
import { type Grid, maskOf, peakCell } from "./grid";
import { paintOverlay } from "./paint";
import type { PinLook } from "./pin-colors";
import { hidesSome, type PercentBox, seenInset } from "./placement";
import { outlinePath } from "./region";
import type { ViewSettings } from "./view-settings";

interface Props {
  grid: Grid;
  view: PercentBox;
  aRef: number;
  settings: ViewSettings;
}

/**
 * The highlighted region over one image: a canvas of one pixel per cell, stretched by CSS so that cells stay cells
 * (or blend, for the eye only).
 * Must lie in a positioned box that is exactly the image. Opacity comes from `--overlay-opacity` of an ancestor.
 */
export function RegionOverlay(props: Props) {
  const layer = useRef<HTMLDivElement>(null);
  const near = useOnScreen(layer);
  return (
    <div
      ref={layer}
      className="overlay-layer pointer-events-none absolute inset-0"
      data-overlay={props.settings.overlay}
      aria-hidden="true"
    >
      {near && <Region {...props} />}
    </div>
  );
}

/** What is drawn of it once it is near the screen: pages of many pictures draw only these, the server none. */
function Region({ grid, view, aRef, settings }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { overlay: mode, cut, gamma, palette, smooth } = settings;
  const mask = useMemo(() => maskOf(grid, aRef, cut), [grid, aRef, cut]);
  const nothing = useMemo(() => !mask.includes(1), [mask]);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const pixels = paintOverlay(grid, { mode, mask, aRef, gamma, palette });
    context.putImageData(new ImageData(pixels, grid.cols, grid.rows), 0, 0);
  }, [grid, mask, mode, aRef, gamma, palette]);

  const box = boxOf(view);
  const drawsCells = mode === "spot" || mode === "heat";
  return (
    <>
      <canvas
        ref={canvas}
        width={grid.cols}
        height={grid.rows}
        className="absolute"
        style={{
          ...box,
          imageRendering: smooth ? "auto" : "pixelated",
          opacity: drawsCells ? "var(--overlay-opacity, 0.65)" : 0,
        }}
      />
      {mode === "line" && !nothing && <Outline path={outlinePath(mask, grid.rows, grid.cols)} grid={grid} box={box} />}
      {mode !== "off" && nothing && peakCell(grid) >= 0 && <PeakMark grid={grid} box={box} />}
      {mode !== "off" && hidesSome(view) && <Unseen inset={seenInset(view)} />}
    </>
  );
}

export type Box = Record<"left" | "top" | "width" | "height", string>;

/** A box in per cent as CSS. */
export function boxOf(view: PercentBox): Box {
  return { left: `${view.left}%`, top: `${view.top}%`, width: `${view.width}%`, height: `${view.height}%` };
}

interface OutlineProps {
  path: string;
  grid: Pick<Grid, "rows" | "cols">;
  box: Box;
  dotted?: boolean;
  thin?: boolean;
  /** Colour and dashes of one among several outlines. */
  look?: PinLook;
}

/** Light stroke inside a dark one: visible on any photo. */
export function Outline({ path, grid, box, dotted, thin, look }: OutlineProps) {
  const stroke = {
    d: path,
    fill: "none",
    vectorEffect: "non-scaling-stroke",
    strokeDasharray: look?.dash ?? (dotted ? "3 3" : undefined),
  } as const;
  return (
    <svg
      className="absolute overflow-visible"
      style={box}
      viewBox={`0 0 ${grid.cols} ${grid.rows}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path
        {...stroke}
        stroke="#000"
        strokeOpacity={thin ? 0.5 : 0.75}
        strokeWidth={thin ? 2.6 : 4}
        strokeDasharray={undefined}
      />
      <path {...stroke} stroke={look?.color ?? "#fff"} strokeWidth={look ? 2.4 : thin ? 1.2 : 1.8} />
    </svg>
  );
}

/** Where the strongest cell is, when no cell passes the threshold. */
function PeakMark({ grid, box }: { grid: Grid; box: Box }) {
  const mask = new Uint8Array(grid.codes.length);
  mask[peakCell(grid)] = 1;
  return <Outline path={outlinePath(mask, grid.rows, grid.cols)} grid={grid} box={box} dotted />;
}

/** Hatches what the model never saw. */
export function Unseen({ inset: [top, right, bottom, left] }: { inset: readonly [number, number, number, number] }) {
  const hole = `polygon(evenodd, 0 0, 100% 0, 100% 100%, 0 100%, 0 0, ${left}% ${top}%, ${100 - right}% ${top}%, ${100 - right}% ${100 - bottom}%, ${left}% ${100 - bottom}%, ${left}% ${top}%)`;
  return <div className="hatched absolute inset-0" style={{ clipPath: hole }} />;
}
