"use client";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { signed } from "@/lib/steering/format";

export interface ChartPoint {
  dose: number;
  value: number | null;
  band: [number, number] | null;
}

interface Props {
  points: ChartPoint[];
  name: string;
  bandName: string;
  color: string;
}

/** A measure against the dose, with the range of the random directions as a band behind it. */
export function EffectChart({ points, name, bandName, color }: Props) {
  const tick = { fontSize: 10.5, fill: "var(--ink-faint)" };
  const doses = points.map(({ dose }) => dose);
  return (
    <ResponsiveContainer width="100%" height={150} initialDimension={{ width: 320, height: 150 }}>
      <ComposedChart accessibilityLayer={false} data={points} margin={{ top: 6, right: 10, bottom: 0, left: -12 }}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="dose"
          type="number"
          domain={["dataMin", "dataMax"]}
          ticks={doses}
          tickFormatter={(dose: number) => signed(dose)}
          tick={tick}
          tickLine={false}
          axisLine={{ stroke: "var(--line-strong)" }}
        />
        <YAxis
          tick={tick}
          tickLine={false}
          axisLine={false}
          width={46}
          tickFormatter={(x: number) => String(Number(x.toPrecision(2)))}
        />
        <ReferenceLine y={0} stroke="var(--line-strong)" strokeWidth={1} />
        <Tooltip
          contentStyle={{
            background: "var(--panel)",
            border: "1px solid var(--line)",
            borderRadius: 8,
            fontSize: 12,
            color: "var(--ink)",
          }}
          formatter={(value, label) => [
            Array.isArray(value)
              ? value.map((x) => Number(x).toPrecision(2)).join(" to ")
              : typeof value === "number"
                ? value.toPrecision(3)
                : "–",
            label,
          ]}
          labelFormatter={(dose) => `dose ${signed(Number(dose))}`}
        />
        <Area
          dataKey="band"
          name={bandName}
          stroke="none"
          fill="var(--ink-faint)"
          fillOpacity={0.22}
          isAnimationActive={false}
          connectNulls
        />
        <Line
          dataKey="value"
          name={name}
          stroke={color}
          strokeWidth={2}
          dot={{ r: 2.5, fill: color, strokeWidth: 0 }}
          isAnimationActive={false}
          connectNulls
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
