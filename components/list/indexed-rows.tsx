"use client";
import type { FeatureRow } from "@/lib/features/list/schema";
import { VirtualGrid } from "../ui/virtual-grid";
import { CARD_HEIGHT, CARD_WIDTH, FeatureCard, FeatureTableRow, ROW_HEIGHT, TableHead } from "./feature-card";

/** A page cannot be taller than a browser allows. */
const MOST_ROWS = 400_000;

interface Props {
  order: Uint32Array;
  rows: ReadonlyMap<number, FeatureRow>;
  layout: "table" | "grid";
  suffix: string;
  saeRef: string;
  onRange: (from: number, to: number) => void;
}

/** A list whose order is known as a whole: rows are filled in as they come near. */
export function IndexedRows({ order, rows, layout, suffix, saeRef, onRange }: Props) {
  const shown = order.length > MOST_ROWS ? order.slice(0, MOST_ROWS) : order;
  const Row = layout === "grid" ? FeatureCard : FeatureTableRow;
  return (
    <>
      {layout === "table" && <TableHead />}
      <VirtualGrid
        label="Features"
        items={shown}
        keyOf={(index) => index}
        rowHeight={layout === "grid" ? CARD_HEIGHT : ROW_HEIGHT}
        {...(layout === "grid" ? { minColumn: CARD_WIDTH } : {})}
        onRange={onRange}
        render={(index, i) => {
          const row = rows.get(index);
          return row ? (
            <Row row={row} href={`/${saeRef}/${index}${suffix}`} eager={i < 8} />
          ) : (
            <Waiting index={index} />
          );
        }}
      />
      {order.length > MOST_ROWS && (
        <p className="mt-3 text-ink-soft text-sm">
          The first {MOST_ROWS.toLocaleString("en")} are shown: narrow the list to see others.
        </p>
      )}
    </>
  );
}

function Waiting({ index }: { index: number }) {
  return (
    <div className="nums grid h-full place-items-center rounded-xl border border-line border-dashed text-ink-faint text-xs">
      #{index}
    </div>
  );
}
