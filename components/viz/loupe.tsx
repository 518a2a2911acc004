import type { PercentBox } from "./placement";

interface Props {
  src: string;
  cell: number;
  rows: number;
  cols: number;
  /** Where the grid lies on the image. */
  view: PercentBox;
}

/** Cells that the loupe shows across. */
const ACROSS = 5;

/**
 * What lies under a finger, enlarged above it (below it near the upper edge), with the cell that is chosen.
 * Must lie in a positioned box that is exactly the image.
 */
export function Loupe({ src, cell, rows, cols, view }: Props) {
  const [row, col] = [Math.floor(cell / cols), cell % cols];
  const left = view.left + (view.width * (col + 0.5)) / cols;
  const top = view.top + (view.height * (row + 0.5)) / rows;
  const below = top < 40;
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute z-10 block size-28 overflow-hidden rounded-full border-2 border-white bg-mat shadow-lift outline-1 outline-black/60"
      style={{
        left: `${Math.min(84, Math.max(16, left))}%`,
        top: `${top}%`,
        transform: `translate(-50%, ${below ? "2.5rem" : "calc(-100% - 2.5rem)"})`,
      }}
    >
      <svg
        viewBox={`${col + 0.5 - ACROSS / 2} ${row + 0.5 - ACROSS / 2} ${ACROSS} ${ACROSS}`}
        preserveAspectRatio="none"
        className="size-full"
        aria-hidden="true"
      >
        <image
          href={src}
          x={(-view.left * cols) / view.width}
          y={(-view.top * rows) / view.height}
          width={(100 * cols) / view.width}
          height={(100 * rows) / view.height}
          preserveAspectRatio="none"
        />
        <rect x={col} y={row} width={1} height={1} fill="none" stroke="#000" strokeWidth={0.12} />
        <rect x={col} y={row} width={1} height={1} fill="none" stroke="#fff" strokeWidth={0.06} />
      </svg>
    </span>
  );
}
