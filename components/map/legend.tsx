"use client";
import { formatScore, formatShare, formatValue, statusWords } from "@/lib/features/format";
import { COLOR_WORDS, type ColorColumn, type Coloring } from "./coloring";

interface Props {
  column: ColorColumn;
  coloring: Coloring;
  /** As drawn: what does not pass, the values, what has none. */
  colors: readonly string[];
  narrowed: boolean;
}

const FORMATS: Partial<Record<ColorColumn, (x: number) => string>> = {
  density: formatShare,
  imageShare: formatShare,
  max: formatValue,
};

/** What the colours of the points mean. */
export function Legend({ column, coloring, colors, narrowed }: Props) {
  const values = colors.slice(1, -1);
  const { names, ends } = coloring;
  const format = FORMATS[column] ?? formatScore;
  const items = [
    ...(names ?? []).map((name, i) => ({ name: statusWords(name).split(":")[0], color: values[i] })),
    { name: column === "cluster" ? "in no cluster" : names ? "other or none" : "none", color: colors.at(-1) },
    ...(narrowed ? [{ name: "filtered out", color: colors[0] }] : []),
  ];
  return (
    <section className="flex flex-wrap items-center gap-x-4 gap-y-1 text-2xs text-ink-soft" aria-label="Legend">
      {ends && (
        <span className="nums flex items-center gap-2">
          {format(ends.lo)}
          <span
            className="h-2.5 w-28 rounded-full"
            role="img"
            aria-label={`${COLOR_WORDS[column]} from dark, ${format(ends.lo)}, to bright, ${format(ends.hi)}`}
            style={{ background: `linear-gradient(90deg, ${values.join()})` }}
          />
          {format(ends.hi)}
          {ends.log && " (logarithmic)"}
        </span>
      )}
      {column === "cluster" && <span>colours repeat; names tell clusters apart</span>}
      {items.map(({ name, color }) => (
        <span key={name} className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-full" style={{ background: color }} aria-hidden="true" />
          {name}
        </span>
      ))}
    </section>
  );
}
