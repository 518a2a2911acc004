import { formatCount } from "@/lib/features/format";
import { Choice } from "../ui/choice";

const LIMITS = ["100", "500", "2000", "all"] as const;
export type Most = (typeof LIMITS)[number];

const OPTIONS = LIMITS.map((n) => [n, n === "all" ? "all live ones" : formatCount(Number(n))] as const);

/** How many features a run may take on. */
export function FeaturesAtMost({ value, onChange }: { value: Most; onChange: (value: Most) => void }) {
  return <Choice className="flex-1" label="features at most" value={value} options={OPTIONS} onChange={onChange} />;
}

/** The number; null for all. */
export const featuresAtMost = (value: Most): number | null => (value === "all" ? null : Number(value));
