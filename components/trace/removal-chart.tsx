"use client";
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatSigned } from "@/lib/trace/format";
import { AXIS, roundTicks, TIP } from "../lab/chart-look";

/** Gap against the number of causes that were removed at once; below the middle line the other answer wins. */
export function RemovalChart({ points }: { points: { n: number; gap: number }[] }) {
  const gaps = points.map(({ gap }) => gap);
  const ticks = roundTicks(Math.min(0, ...gaps), Math.max(0, ...gaps), 4);
  return (
    <ResponsiveContainer width="100%" height={170} initialDimension={{ width: 320, height: 170 }}>
      <LineChart accessibilityLayer={false} data={points} margin={{ top: 8, right: 10, bottom: 2, left: 0 }}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis dataKey="n" type="category" {...AXIS} axisLine={{ stroke: "var(--line)" }} />
        <YAxis
          {...AXIS}
          ticks={ticks}
          domain={[ticks[0] ?? 0, ticks.at(-1) ?? 0]}
          axisLine={false}
          width={40}
          tickFormatter={(gap: number) => formatSigned(gap)}
        />
        <ReferenceLine y={0} stroke="var(--line-strong)" />
        <Tooltip
          contentStyle={TIP}
          formatter={(gap) => [formatSigned(Number(gap)), "gap"]}
          labelFormatter={(n) => `${n} removed`}
        />
        <Line
          dataKey="gap"
          stroke="var(--accent)"
          strokeWidth={1.8}
          dot={{ r: 3, fill: "var(--accent)", strokeWidth: 0 }}
          isAnimationActive={false}
        />
      </LineChart>
    </ResponsiveContainer>
  );
}
