"use client";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { AXIS, TIP } from "../lab/chart-look";

export interface NamedLine {
  ref: string;
  slug: string;
  color: string;
  points: { x: number; y: number }[];
}

interface Props {
  lines: readonly NamedLine[];
  xTicks: readonly number[];
  /** Distances to the right are factors. */
  logarithmic?: boolean;
  xFormat: (x: number) => string;
  yFormat: (y: number) => string;
  marked: string | null;
}

/** Lines of several SAEs over each other; the marked one stands out. */
export function OverlaidLines({ lines, xTicks, logarithmic = false, xFormat, yFormat, marked }: Props) {
  return (
    <ResponsiveContainer width="100%" height={200} initialDimension={{ width: 480, height: 200 }}>
      <LineChart accessibilityLayer={false} margin={{ top: 8, right: 10, bottom: 0, left: -6 }}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          {...AXIS}
          type="number"
          dataKey="x"
          scale={logarithmic ? "log" : "linear"}
          ticks={xTicks}
          domain={[xTicks[0] as number, xTicks.at(-1) as number]}
          tickFormatter={xFormat}
          axisLine={{ stroke: "var(--line-strong)" }}
          minTickGap={30}
          allowDuplicatedCategory={false}
        />
        <YAxis {...AXIS} type="number" dataKey="y" axisLine={false} width={44} tickFormatter={yFormat} />
        <Tooltip
          contentStyle={TIP}
          labelFormatter={(x) => xFormat(Number(x))}
          formatter={(y, name) => [yFormat(Number(y)), name]}
        />
        {lines.map(({ ref, slug, color, points }) => (
          <Line
            key={ref}
            data={points}
            dataKey="y"
            name={slug}
            stroke={color}
            strokeWidth={ref === marked ? 3 : 1.7}
            strokeOpacity={marked && ref !== marked ? 0.22 : 1}
            dot={false}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}
