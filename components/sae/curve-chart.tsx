"use client";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { CurvePoint } from "@/lib/saes/schema";

const SERIES = [
  { key: "fvu", name: "FVU", color: "var(--accent)", axis: "left" },
  { key: "dead", name: "dead share", color: "var(--warn)", axis: "left" },
  { key: "l0", name: "L0", color: "var(--ink-faint)", axis: "right" },
] as const;

/** Training curves: FVU and dead share at the left axis, L0 at the right one. */
export function CurveChart({ points }: { points: CurvePoint[] }) {
  const shown = SERIES.filter((s) => points.some((p) => typeof p[s.key] === "number"));
  const tick = { fontSize: 10.5, fill: "var(--ink-faint)" };
  return (
    <ResponsiveContainer width="100%" height={150} initialDimension={{ width: 320, height: 150 }}>
      <LineChart accessibilityLayer={false} data={points} margin={{ top: 6, right: 0, bottom: 0, left: -22 }}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="step"
          tick={tick}
          tickLine={false}
          axisLine={{ stroke: "var(--line-strong)" }}
          minTickGap={40}
        />
        <YAxis yAxisId="left" tick={tick} tickLine={false} axisLine={false} width={46} />
        <YAxis
          yAxisId="right"
          orientation="right"
          tick={tick}
          tickLine={false}
          axisLine={false}
          width={30}
          hide={!shown.some((s) => s.axis === "right")}
        />
        <Tooltip
          contentStyle={{
            background: "var(--panel)",
            border: "1px solid var(--line)",
            borderRadius: 8,
            fontSize: 12,
            color: "var(--ink)",
          }}
          formatter={(value, name) => [typeof value === "number" ? value.toPrecision(3) : String(value), name]}
          labelFormatter={(step) => `step ${step}`}
        />
        {shown.map((s) => (
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
