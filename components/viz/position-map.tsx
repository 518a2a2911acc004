import { decodeBytes } from "./grid";
import { type PaletteName, paletteColor } from "./palette";

interface Props {
  /** Base64 of rows x cols bytes, 255 = the cell with the largest mean activation. */
  map: string;
  rows: number;
  cols: number;
  summary: string;
  palette?: PaletteName;
}

/** Where on the image a feature fires, on average over its images; static SVG of runs of equal colour. */
export function PositionMap({ map, rows, cols, summary, palette = "cividis" }: Props) {
  const bytes = decodeBytes(map);
  if (bytes.length !== rows * cols) return null;
  return (
    <svg
      viewBox={`0 0 ${cols} ${rows}`}
      className="block w-full rounded-md"
      style={{ aspectRatio: `${cols} / ${rows}` }}
      shapeRendering="crispEdges"
      role="img"
      aria-label={summary}
    >
      <rect width={cols} height={rows} fill={paletteColor(palette, 0)} />
      {Array.from(bytes, (byte, i) =>
        byte > 7 ? (
          <rect
            key={i}
            x={i % cols}
            y={Math.floor(i / cols)}
            width={1}
            height={1}
            fill={paletteColor(palette, byte / 255)}
          />
        ) : null,
      )}
    </svg>
  );
}
