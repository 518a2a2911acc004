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

/** Shades of the map: one path each, so that a large grid stays a few elements. */
const LEVELS = 16;

/** Runs of cells of one shade as strokes, by shade from 1 to LEVELS; cells that round to 0 keep the ground. */
function levelsOf(bytes: Uint8Array, cols: number): [number, string][] {
  const paths = new Map<number, string>();
  const levelAt = (i: number) => Math.round((LEVELS * (bytes[i] as number)) / 255);
  for (let i = 0; i < bytes.length; ) {
    const row = Math.floor(i / cols);
    const level = levelAt(i);
    let end = i + 1;
    while (end < (row + 1) * cols && levelAt(end) === level) end++;
    if (level > 0) paths.set(level, `${paths.get(level) ?? ""}M${i % cols} ${row}h${end - i}`);
    i = end;
  }
  return [...paths].sort(([a], [b]) => a - b);
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
      <g transform="translate(0 .5)">
        {levelsOf(bytes, cols).map(([level, path]) => (
          <path key={level} d={path} stroke={paletteColor(palette, level / LEVELS)} />
        ))}
      </g>
    </svg>
  );
}
