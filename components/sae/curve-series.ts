import type { CurvePoint } from "@/lib/saes/schema";

/** A line of a chart of training: at the left axis, or on its own scale at the right. */
export interface Series {
  key: string;
  name: string;
  color: string;
  axis: "left" | "right";
  digits: number;
}

const QUALITY: readonly Series[] = [
  { key: "fvu", name: "FVU", color: "var(--accent)", axis: "left", digits: 3 },
  { key: "dead", name: "dead share", color: "var(--warn)", axis: "left", digits: 3 },
  { key: "l0", name: "L0", color: "var(--ink-faint)", axis: "right", digits: 1 },
];

/** Numbers of a log line that are no part of the loss. */
const OTHERS = new Set(["step", "rows", "lr", "fvu", "l0", "dead", "gradNorm", "rowsPerSecond"]);
const COLORS = ["var(--accent)", "var(--good)", "var(--warn)", "var(--bad)"];

/** Of a training log: how well the SAE did, and what drove it there. Lines that never differ from 0 or the loss are left out. */
export function seriesOf(points: readonly CurvePoint[]): { quality: Series[]; loss: Series[] } {
  const has = (key: string) => points.some((point) => typeof point[key] === "number");
  const parts = [...new Set(points.flatMap((point) => Object.keys(point)))].filter(
    (key) =>
      !OTHERS.has(key) &&
      key !== "loss" &&
      points.some((point) => point[key] && point[key] !== 0 && point[key] !== point.loss),
  );
  const losses = ["loss", ...parts].filter(has);
  return {
    quality: QUALITY.filter(({ key }) => has(key)),
    loss: [
      ...losses.map(
        (key, i): Series => ({ key, name: key, color: COLORS[i % COLORS.length] as string, axis: "left", digits: 3 }),
      ),
      ...(has("lr")
        ? [{ key: "lr", name: "learning rate", color: "var(--ink-faint)", axis: "right", digits: 6 } as const]
        : []),
    ],
  };
}
