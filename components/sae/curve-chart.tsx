"use client";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { CurvePoint } from "@/lib/saes/schema";
import { AXIS, TIP } from "../lab/chart-look";
import type { Series } from "./curve-series";

const short = (value: number) => (value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(0) : String(value));

/** Lines over training steps, each at its axis. */
export function CurveChart({ points, series }: { points: CurvePoint[]; series: readonly Series[] }) {
  return (
    <ResponsiveContainer width="100%" height={132} initialDimension={{ width: 320, height: 132 }}>
      <LineChart accessibilityLayer={false} data={points} margin={{ top: 6, right: 0, bottom: 0, left: -22 }}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis dataKey="step" {...AXIS} axisLine={{ stroke: "var(--line-strong)" }} minTickGap={40} />
        <YAxis yAxisId="left" {...AXIS} axisLine={false} width={46} tickFormatter={short} />
        <YAxis
          yAxisId="right"
          orientation="right"
          {...AXIS}
          axisLine={false}
          width={34}
          tickFormatter={short}
          hide={!series.some((s) => s.axis === "right")}
        />
        <Tooltip
          contentStyle={TIP}
          formatter={(value, name) => [typeof value === "number" ? value.toPrecision(3) : String(value), name]}
          labelFormatter={(step) => `step ${step}`}
        />
        {series.map((s) => (
          <Line
            key={s.key}
            yAxisId={s.axis}
            dataKey={s.key}
            name={s.name}
            stroke={s.color}
            strokeWidth={1.8}
            dot={false}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}
