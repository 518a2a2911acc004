"use client";
import {
  CartesianGrid,
  LabelList,
  ReferenceLine,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { formatShare } from "@/lib/features/format";
import { formatKl } from "@/lib/steering/fix/result/format";
import type { SearchResult } from "@/lib/steering/schema";
import { AXIS, roundTicks, TIP } from "../lab/chart-look";

interface Point {
  step: number;
  kl: number;
  solved: number;
  changed: number;
  name: string;
}

interface Props {
  curve: SearchResult["curve"];
  n: number;
  limit: number;
}

/** KL across, solved prompts upwards; steps are joined in their order and numbered as in the table below. */
export function TradeOffChart({ curve, n, limit }: Props) {
  const points = curve.map(({ names, kl, solved, changed }, step): Point => {
    return { step, kl, solved, changed, name: names.join(" + ") || "nothing turned" };
  });
  const ticks = roundTicks(0, Math.max(limit, ...points.map(({ kl }) => kl)) || 0.01);
  const upwards = roundTicks(0, n, 4).filter(Number.isInteger);
  return (
    <ResponsiveContainer width="100%" height={190} initialDimension={{ width: 320, height: 190 }}>
      <ScatterChart accessibilityLayer={false} margin={{ top: 22, right: 16, bottom: 14, left: 0 }}>
        <CartesianGrid stroke="var(--line)" />
        <XAxis
          {...AXIS}
          type="number"
          dataKey="kl"
          ticks={ticks}
          domain={[0, ticks.at(-1) ?? 1]}
          axisLine={{ stroke: "var(--line)" }}
          label={{ value: "KL, nats", position: "insideBottom", offset: -8, fontSize: 10.5, fill: "var(--ink-faint)" }}
        />
        <YAxis
          {...AXIS}
          type="number"
          dataKey="solved"
          ticks={upwards}
          domain={[0, Math.max(n, upwards.at(-1) ?? n)]}
          axisLine={false}
          width={34}
        />
        <ReferenceLine
          x={limit}
          stroke="var(--warn)"
          strokeDasharray="4 4"
          label={{ value: "limit", position: "insideTopRight", fontSize: 10.5, fill: "var(--warn)" }}
        />
        <Tooltip cursor={false} content={({ payload }) => <Tip point={payload?.[0]?.payload as Point} />} />
        <Scatter
          data={points}
          fill="var(--accent)"
          line={{ stroke: "var(--accent)", strokeWidth: 1.5, strokeOpacity: 0.5 }}
          isAnimationActive={false}
        >
          <LabelList dataKey="step" position="top" fontSize={10.5} fill="var(--ink-soft)" />
        </Scatter>
      </ScatterChart>
    </ResponsiveContainer>
  );
}

function Tip({ point }: { point: Point | undefined }) {
  if (!point) return null;
  return (
    <div className="nums max-w-64 px-2.5 py-1.5" style={TIP}>
      <p className="font-medium">{point.name}</p>
      <p>
        {point.solved} solved, KL {formatKl(point.kl)}, {formatShare(point.changed)} changed
      </p>
    </div>
  );
}
