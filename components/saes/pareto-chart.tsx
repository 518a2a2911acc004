"use client";
import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from "recharts";
import { formatCount } from "@/lib/features/format";
import { formatFigure } from "@/lib/measure/format";
import { AXIS, roundTicks, TIP } from "../lab/chart-look";
import { type ParetoPoint, paretoFrontier } from "./compared";

interface Props {
  points: ParetoPoint[];
  /** What is drawn upwards. */
  name: string;
  best: "least" | "most";
  marked: string | null;
  onMark: (ref: string | null) => void;
}

const HEIGHT = 260;

/** Ticks at powers of two around the values: L0 is chosen so. */
function powerTicks(lo: number, hi: number): number[] {
  const [from, to] = [Math.floor(Math.log2(Math.max(lo, 0.5))), Math.ceil(Math.log2(Math.max(hi, 1)))];
  const step = Math.max(1, Math.ceil((to - from) / 8));
  const ticks = [];
  for (let p = from; p < to + step; p += step) ticks.push(2 ** p);
  return ticks.length > 1 ? ticks : [ticks[0]! / 2, ticks[0]!, ticks[0]! * 2];
}

/** Points whose labels have room: those that come first, then others that are no nearer than a label is large. */
function withLabels(
  points: readonly ParetoPoint[],
  first: (point: ParetoPoint) => boolean,
  range: number,
): Set<string> {
  const placed: ParetoPoint[] = [];
  for (const point of [...points].sort((a, b) => Number(first(b)) - Number(first(a)))) {
    const near = ({ x, y }: ParetoPoint) =>
      Math.abs(Math.log2(x / point.x)) < 0.8 && Math.abs(y - point.y) < 0.06 * range;
    if (!placed.some(near)) placed.push(point);
  }
  return new Set(placed.map(({ ref }) => ref));
}

/** L0 to the right, what it buys upwards; the dashed line joins the SAEs that no other one beats. */
export function ParetoChart({ points, name, best, marked, onMark }: Props) {
  const frontier = paretoFrontier(points, best);
  const ys = points.map(({ y }) => y);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const margin = high > low ? 0.12 * (high - low) : 0.02;
  const yTicks = roundTicks(Math.max(best === "least" ? 0 : Number.NEGATIVE_INFINITY, low - margin), high + margin, 4);
  const xs = points.map(({ x }) => x);
  const xTicks = powerTicks(Math.min(...xs) * 0.98, Math.max(...xs) * 1.02);
  const sizes = points.map(({ n }) => Math.sqrt(n));
  const largest = Math.max(...sizes);
  const first = (point: ParetoPoint) => point.ref === marked || frontier.some(({ ref }) => ref === point.ref);
  const named = withLabels(points, first, yTicks.at(-1)! - yTicks[0]!);
  const draw = ({ cx = 0, cy = 0, payload }: { cx?: number; cy?: number; payload?: unknown }) => {
    const point = payload as ParetoPoint;
    const on = point.ref === marked;
    const leftwards = point.x > 0.75 * (xTicks.at(-1) as number);
    const r = 4 + 5 * (Math.sqrt(point.n) / largest);
    return (
      <g opacity={marked && !on ? 0.35 : 1}>
        <circle cx={cx} cy={cy} r={r} fill={point.color} fillOpacity={0.82} stroke="var(--panel)" strokeWidth={1.5} />
        {on && <circle cx={cx} cy={cy} r={r + 3} fill="none" stroke={point.color} strokeWidth={1.5} />}
        {(on || named.has(point.ref)) && (
          <text
            x={cx + (leftwards ? -1 : 1) * (r + 5)}
            y={cy - 5}
            textAnchor={leftwards ? "end" : "start"}
            // On a phone labels of the others would lie on each other.
            className={first(point) ? "" : "max-sm:hidden"}
            fontSize={10.5}
            fontWeight={on ? 600 : 400}
            fill="var(--ink-soft)"
            stroke="var(--panel)"
            strokeWidth={3}
            paintOrder="stroke"
          >
            {point.slug}
          </text>
        )}
      </g>
    );
  };
  return (
    <ResponsiveContainer width="100%" height={HEIGHT} initialDimension={{ width: 480, height: HEIGHT }}>
      <ScatterChart accessibilityLayer={false} margin={{ top: 12, right: 14, bottom: 4, left: 0 }}>
        <CartesianGrid stroke="var(--line)" />
        <XAxis
          {...AXIS}
          type="number"
          dataKey="x"
          scale="log"
          ticks={xTicks}
          domain={[xTicks[0] as number, xTicks.at(-1) as number]}
          axisLine={{ stroke: "var(--line-strong)" }}
        />
        <YAxis
          {...AXIS}
          type="number"
          dataKey="y"
          ticks={yTicks}
          domain={[yTicks[0] as number, yTicks.at(-1) as number]}
          axisLine={false}
          width={42}
        />
        <Tooltip
          cursor={false}
          content={({ payload }) => <Tip point={payload?.[0]?.payload as ParetoPoint} name={name} />}
        />
        <Scatter
          data={frontier}
          line={{ stroke: "var(--line-strong)", strokeDasharray: "4 4" }}
          shape={() => <g />}
          isAnimationActive={false}
          tooltipType="none"
        />
        <Scatter
          data={points}
          shape={draw}
          isAnimationActive={false}
          onMouseEnter={(point) => onMark((point as unknown as { payload: ParetoPoint }).payload.ref)}
          onMouseLeave={() => onMark(null)}
        />
      </ScatterChart>
    </ResponsiveContainer>
  );
}

function Tip({ point, name }: { point: ParetoPoint | undefined; name: string }) {
  if (!point) return null;
  return (
    <div className="nums px-2.5 py-1.5" style={TIP}>
      <p className="font-medium">{point.slug}</p>
      <p>
        {name} {formatFigure(point.y)} at L0 {formatFigure(point.x)}
      </p>
      <p className="text-ink-faint">
        {point.architecture}, {formatCount(point.n)} features
      </p>
    </div>
  );
}
