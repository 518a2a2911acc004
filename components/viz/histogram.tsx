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

/**
 * Bars with logarithmic heights as static SVG: no script, readable before it loads. Bars with an address are links.
 * The same data stands in a table for readers that do not see the picture.
 */
export function Histogram({ bars, summary, ticks, height = 84, className }: Props) {
  const top = Math.log10(1 + Math.max(1, ...bars.map((b) => b.count)));
  const h = (count: number) => (count > 0 ? Math.max(1.5, (height * Math.log10(1 + count)) / top) : 0);
  const width = 100 / Math.max(1, bars.length);
  return (
    <figure className={className}>
      <svg
        viewBox={`0 0 100 ${height}`}
        preserveAspectRatio="none"
        className="block w-full"
        style={{ height }}
        role="img"
        aria-label={summary}
      >
        {bars.map((bar, i) => {
          const tall = h(bar.count);
          const share = bar.count > 0 && bar.part ? bar.part / bar.count : 0;
          const shape = (
            <g key={i}>
              {bar.href && <rect x={i * width} y={0} width={width} height={height} fill="transparent" />}
              <rect
                x={i * width + width * 0.08}
                y={height - tall}
                width={width * 0.84}
                height={tall}
                fill={bar.color ?? "var(--bar)"}
              >
                <title>{`${bar.label}: ${bar.count.toLocaleString("en")}`}</title>
              </rect>
              {share > 0 && (
                <rect
                  x={i * width + width * 0.08}
                  y={height - tall}
                  width={width * 0.84}
                  height={tall * share}
                  fill="var(--text-hue)"
                  pointerEvents="none"
                />
              )}
            </g>
          );
          return bar.href ? (
            <a
              key={i}
              href={bar.href}
              data-band={bar.band}
              className="hover:opacity-70"
              tabIndex={-1}
              aria-label={`${bar.label}: ${bar.count}`}
            >
              {shape}
            </a>
          ) : (
            shape
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
