"use client";
import { formatScore, formatShare, statusWords } from "@/lib/features/format";
import type { FeatureRow } from "@/lib/features/list/schema";
import { ContactStrip } from "../viz/contact-strip";

interface Props {
  feature: number;
  left: number;
  top: number;
  /** Size of the map in px: the card stays within it. */
  width: number;
  height: number;
  row: FeatureRow | undefined;
}

const WIDE = 236;
const TALL = 116;

/** What lies under the pointer: name, four thumbs, the two numbers that decide whether to open it. */
export function HoverCard({ feature, left, top, width, height, row }: Props) {
  const x = Math.min(Math.max(8, left - WIDE / 2), Math.max(8, width - WIDE - 8));
  const y = top + TALL + 16 > height ? top - TALL - 12 : top + 14;
  return (
    <div
      className="pointer-events-none absolute z-10 rounded-xl border border-line bg-panel p-2 shadow-lift"
      style={{ left: x, top: Math.max(8, y), width: WIDE }}
    >
      <ContactStrip src={row?.strip ?? null} eager />
      <p className="mt-1.5 flex items-baseline justify-between gap-2 text-sm">
        <span className={`truncate font-medium ${row?.label ? "" : "text-ink-faint italic"}`}>
          {row ? (row.label ?? statusWords(row.status).split(":")[0]) : "…"}
        </span>
        <span className="nums shrink-0 text-2xs text-ink-faint">#{feature}</span>
      </p>
      {row && (
        <p className="nums text-2xs text-ink-soft">
          fires at {formatShare(row.density)}
          {row.scores.detection !== null && <> · detection {formatScore(row.scores.detection)}</>}
        </p>
      )}
    </div>
  );
}
