"use client";
import {
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { formatSigned } from "@/lib/trace/format";
import { AXIS, roundTicks, TIP } from "../lab/chart-look";

export interface AgreementPoint {
  estimate: number;
  ablated: number;
  name: string;
}

/** Estimate across, ablated upwards, one scale for both, and the line where they agree. */
export function AgreementChart({ points }: { points: AgreementPoint[] }) {
  const all = points.flatMap(({ estimate, ablated }) => [estimate, ablated]);
  const ticks = roundTicks(Math.min(0, ...all), Math.max(0, ...all));
  const [from, to] = [ticks[0] ?? 0, ticks.at(-1) ?? 0];
  const axis = {
    ...AXIS,
    type: "number",
    ticks,
    domain: [from, to],
    tickFormatter: (x: number) => formatSigned(x),
  } as const;
  return (
    <ResponsiveContainer width="100%" height={220} initialDimension={{ width: 320, height: 220 }}>
      <ScatterChart accessibilityLayer={false} margin={{ top: 8, right: 10, bottom: 2, left: 0 }}>
        <CartesianGrid stroke="var(--line)" />
        <XAxis {...axis} dataKey="estimate" axisLine={{ stroke: "var(--line)" }} />
        <YAxis {...axis} dataKey="ablated" axisLine={false} width={40} />
        <ReferenceLine x={0} stroke="var(--line-strong)" />
        <ReferenceLine y={0} stroke="var(--line-strong)" />
        <ReferenceLine
          segment={[
            { x: from, y: from },
            { x: to, y: to },
          ]}
          stroke="var(--ink-faint)"
          strokeDasharray="4 4"
        />
        <Tooltip cursor={false} content={({ payload }) => <Tip point={payload?.[0]?.payload as AgreementPoint} />} />
        <Scatter data={points} fill="var(--accent)" fillOpacity={0.65} isAnimationActive={false} />
      </ScatterChart>
    </ResponsiveContainer>
  );
}

function Tip({ point }: { point: AgreementPoint | undefined }) {
  if (!point) return null;
  return (
    <div className="nums px-2.5 py-1.5" style={TIP}>
      <p className="font-medium">{point.name}</p>
      <p>
        estimate {formatSigned(point.estimate)}, ablated {formatSigned(point.ablated)}
      </p>
    </div>
  );
}
