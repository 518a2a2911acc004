"use client";
import { useEffect, useMemo, useRef } from "react";
import { cx } from "../ui/class-names";
import { type Affine, hidesSome, type PercentBox, placeWords, seenInset, viewBox } from "./placement";
import { outlinePath } from "./region";
import { type Box, boxOf, Outline, Unseen } from "./region-overlay";
import { decodeSigned, largestCode, paintSigned, type SignedGrid, signMask } from "./signed";

interface Props {
  src: string;
  alt: string;
  width: number;
  height: number;
  /** Base64 of signed bytes, and where the cells lie; null shows the image alone. */
  grid: { codes: string; rows: number; cols: number; scale: number; affine: Affine } | null;
  /** Cells to point at. */
  marked: readonly number[];
  className?: string;
}

/** Cells at this share of the strongest or more get an outline, so that the sign is a shape and not only a colour. */
const OUTLINED = 0.4;

/** One image with signed regions: what pulls one way orange and outlined, what pulls the other way blue and dashed. */
export function SignedPicture({ src, alt, width, height, grid: stored, marked, className }: Props) {
  const grid = useMemo(
    () => (stored ? decodeSigned(stored.codes, stored.rows, stored.cols, stored.scale) : undefined),
    [stored],
  );
  const view = stored ? viewBox(stored.affine, width, height) : undefined;
  return (
    <div className={cx("picture relative overflow-hidden", className)} style={{ aspectRatio: `${width} / ${height}` }}>
      <img
        src={src}
        alt={grid ? `${alt}: ${placesOf(grid)}` : alt}
        width={width}
        height={height}
        decoding="async"
        className="absolute inset-0 size-full"
      />
      {grid && view && <SignedOverlay grid={grid} view={view} marked={marked} />}
    </div>
  );
}

function SignedOverlay({ grid, view, marked }: { grid: SignedGrid; view: PercentBox; marked: readonly number[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = paintSigned(grid);
    canvas.current?.getContext("2d")?.putImageData(new ImageData(pixels, grid.cols, grid.rows), 0, 0);
  }, [grid]);
  const box = boxOf(view);
  return (
    <div className="overlay-layer pointer-events-none absolute inset-0" data-overlay="signed" aria-hidden="true">
      <canvas
        ref={canvas}
        width={grid.cols}
        height={grid.rows}
        className="absolute"
        style={{ ...box, imageRendering: "pixelated", opacity: "var(--overlay-opacity, 0.7)" }}
      />
      <SignOutline grid={grid} box={box} sign={1} />
      <SignOutline grid={grid} box={box} sign={-1} />
      {marked.length > 0 && <Marked cells={marked} grid={grid} box={box} />}
      {hidesSome(view) && <Unseen inset={seenInset(view)} />}
    </div>
  );
}

function SignOutline({ grid, box, sign }: { grid: SignedGrid; box: Box; sign: 1 | -1 }) {
  const path = useMemo(() => outlinePath(signMask(grid, sign, OUTLINED), grid.rows, grid.cols), [grid, sign]);
  return path === "" ? null : <Outline path={path} grid={grid} box={box} dotted={sign < 0} thin />;
}

/** Everything but the marked cells is darkened, and they get an outline. */
function Marked({ cells, grid, box }: { cells: readonly number[]; grid: SignedGrid; box: Box }) {
  const mask = new Uint8Array(grid.rows * grid.cols);
  for (const cell of cells) mask[cell] = 1;
  const all = `M0 0H${grid.cols}V${grid.rows}H0z`;
  const holes = [...new Set(cells)].reduce((d, c) => `${d}M${c % grid.cols} ${Math.floor(c / grid.cols)}h1v1h-1z`, all);
  return (
    <>
      <svg
        className="absolute"
        style={box}
        viewBox={`0 0 ${grid.cols} ${grid.rows}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={holes} fillRule="evenodd" fill="#000" fillOpacity={0.5} shapeRendering="crispEdges" />
      </svg>
      <Outline path={outlinePath(mask, grid.rows, grid.cols)} grid={grid} box={box} />
    </>
  );
}

/** Where the strongest cell of each sign lies, for those who do not see the picture. */
function placesOf(grid: SignedGrid): string {
  const { codes, rows, cols } = grid;
  const most = largestCode(grid);
  const said: string[] = [];
  for (const [sign, word] of [
    [1, "supports"],
    [-1, "opposes"],
  ] as const) {
    const best = codes.reduce((top, code, i) => (sign * code > sign * (codes[top] as number) ? i : top), 0);
    if (sign * (codes[best] as number) >= 0.1 * most) said.push(`the ${placeWords(best, rows, cols)} ${word} most`);
  }
  return said.join(", ");
}
