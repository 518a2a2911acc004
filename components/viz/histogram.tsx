import { cx } from "../ui/class-names";

export interface Bar {
  count: number;
  /** What the bar stands for, for its title: "6.08 to 7.6". */
  label: string;
  color?: string;
  href?: string;
  /** Kept on the link as `data-band`, for pages that answer it without loading anew. */
  band?: string;
  /** Shaded differently: the second part of a split bar, e.g. text tokens. */
  part?: number;
}

interface Props {
  bars: readonly Bar[];
  /** One sentence that says what the chart shows. */
  summary: string;
  /** Tick labels spread evenly below. */
  ticks: readonly string[];
  height?: number;
  className?: string;
}

/** Neighbouring bars that lead to the same place, drawn as one path: a page has hundreds of bars. */
function groupsOf(bars: readonly Bar[]): { from: number; bars: Bar[] }[] {
  const groups: { from: number; bars: Bar[] }[] = [];
  bars.forEach((bar, i) => {
    const last = groups.at(-1);
    if (last && bar.href !== undefined && last.bars[0]?.href === bar.href) last.bars.push(bar);
    else groups.push({ from: i, bars: [bar] });
  });
  return groups;
}

/** Bars as strokes from the ground up; bars without height are left out. */
function pathOf(bars: readonly Bar[], from: number, width: number, height: number, tall: (bar: Bar) => number): string {
  const round = (x: number) => Math.round(100 * x) / 100;
  return bars
    .map((bar, i) => {
      const t = tall(bar);
      return t > 0 ? `M${round((from + i + 0.5) * width)} ${height}v${round(-t)}` : "";
    })
    .join("");
}

/** "6.08 to 7.6: 31", over all bars of a group. */
function titleOf(bars: readonly Bar[]): string {
  const lo = bars[0]?.label.split(" to ")[0];
  const hi = bars.at(-1)?.label.split(" to ")[1];
  const n = bars.reduce((sum, bar) => sum + bar.count, 0).toLocaleString("en");
  return `${lo} to ${hi}: ${n}`;
}

/**
 * Bars with logarithmic heights as static SVG: no script, readable before it loads. Bars with an address are links, which a
 * picture could not hold: then the chart is a group.
 */
export function Histogram({ bars, summary, ticks, height = 84, className }: Props) {
  const top = Math.log10(1 + Math.max(1, ...bars.map((b) => b.count)));
  const h = (count: number) => (count > 0 ? Math.max(1.5, (height * Math.log10(1 + count)) / top) : 0);
  const width = 100 / Math.max(1, bars.length);
  const stroke = Math.round(84 * width) / 100;
  return (
    <figure className={className}>
      <svg
        viewBox={`0 0 100 ${height}`}
        preserveAspectRatio="none"
        className="block w-full"
        style={{ height }}
        role={bars.some((bar) => bar.href) ? "group" : "img"}
        aria-label={summary}
      >
        {groupsOf(bars).map(({ bars: own, from }) => {
          const { href, band } = own[0] as Bar;
          const place = (tall: (bar: Bar) => number) => pathOf(own, from, width, height, tall);
          const parts = place((bar) => (bar.part && bar.count > 0 ? (h(bar.count) * bar.part) / bar.count : 0));
          const shape = (
            <>
              {href && <rect x={from * width} width={own.length * width} height={height} fill="transparent" />}
              <path d={place((bar) => h(bar.count))} stroke={own[0]?.color ?? "var(--bar)"} strokeWidth={stroke} />
              {parts && <path d={parts} stroke="var(--text-hue)" strokeWidth={stroke} />}
              <title>{titleOf(own)}</title>
            </>
          );
          return href ? (
            <a
              key={from}
              href={href}
              data-band={band}
              aria-label={titleOf(own)}
              className="hover:opacity-70"
              tabIndex={-1}
            >
              {shape}
            </a>
          ) : (
            <g key={from}>{shape}</g>
          );
        })}
        <line
          x1="0"
          x2="100"
          y1={height - 0.25}
          y2={height - 0.25}
          stroke="var(--line-strong)"
          strokeWidth="0.5"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <div className={cx("nums mt-1 flex justify-between text-2xs text-ink-faint")} aria-hidden="true">
        {ticks.map((tick, i) => (
          <span key={i}>{tick}</span>
        ))}
      </div>
    </figure>
  );
}
