import { decodeGrid, maskOf } from "./grid";
import { type Affine, viewBox } from "./placement";

interface Props {
  src: string;
  alt: string;
  width: number;
  height: number;
  grid: { codes: string; rows: number; cols: number; scale: number; affine: Affine };
  aRef: number;
  /** Threshold as a share of aRef. */
  cut?: number;
}

/** A spotlight drawn on the server as one SVG path: no script, for places where nothing can be changed. */
export function StillPicture({ src, alt, width, height, grid: stored, aRef, cut = 0.1 }: Props) {
  const { rows, cols } = stored;
  const mask = maskOf(decodeGrid(stored.codes, rows, cols, stored.scale), aRef, cut);
  const view = viewBox(stored.affine, width, height);
  return (
    <span className="relative block overflow-hidden rounded-md" style={{ aspectRatio: `${width} / ${height}` }}>
      <img src={src} alt={alt} width={width} height={height} decoding="async" className="absolute inset-0 size-full" />
      {mask.includes(1) && (
        <svg
          viewBox={`0 0 ${cols} ${rows}`}
          preserveAspectRatio="none"
          shapeRendering="crispEdges"
          className="absolute"
          style={{
            left: `${view.left}%`,
            top: `${view.top}%`,
            width: `${view.width}%`,
            height: `${view.height}%`,
          }}
          aria-hidden="true"
        >
          <path d={outsidePath(mask, cols)} fill="#000" fillOpacity="0.65" />
        </svg>
      )}
    </span>
  );
}

/** Runs of cells outside the mask, row by row, as rectangles. */
function outsidePath(mask: Uint8Array, cols: number): string {
  let path = "";
  for (let start = 0; start < mask.length; start += cols) {
    for (let c = 0; c < cols; ) {
      let end = c;
      while (end < cols && !mask[start + end]) end++;
      if (end > c) path += `M${c} ${start / cols}h${end - c}v1H${c}z`;
      c = end + 1;
    }
  }
  return path;
}
