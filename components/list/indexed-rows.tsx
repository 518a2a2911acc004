"use client";
import { lazy, Suspense } from "react";
import type { FeatureRow } from "@/lib/features/list/schema";
import { VirtualGrid } from "../ui/virtual-grid";
import { CARD_HEIGHT, CARD_WIDTH, FeatureCard, SAID_HEIGHT } from "./feature-card";
import type { FeatureTableProps } from "./feature-table";
import { Waiting } from "./waiting";

const FeatureTable = lazy(() => import("./feature-table").then((m) => ({ default: m.FeatureTable })));

/** A page cannot be taller than a browser allows. */
const MOST_ROWS = 400_000;

interface Props extends Pick<FeatureTableProps, "sort" | "onSort" | "said"> {
  order: Uint32Array;
  rows: ReadonlyMap<number, FeatureRow>;
  layout: "table" | "grid";
  suffix: string;
  saeRef: string;
  onRange: (from: number, to: number) => void;
}

/** A list whose order is known as a whole: rows are filled in as they come near. */
export function IndexedRows({ order, rows, layout, suffix, saeRef, onRange, sort, onSort, said }: Props) {
  const shown = order.length > MOST_ROWS ? order.slice(0, MOST_ROWS) : order;
  const hrefOf = (index: number) => `/${saeRef}/${index}${suffix}`;
  return (
    <>
      {layout === "table" ? (
        <Suspense>
          <FeatureTable
            items={shown}
            rowOf={(index) => rows.get(index as number)}
            {...{ hrefOf, onRange, sort, onSort, said }}
          />
        </Suspense>
      ) : (
        <VirtualGrid
          label="Features"
          items={shown}
          keyOf={(index) => index}
          rowHeight={CARD_HEIGHT + (said ? SAID_HEIGHT : 0)}
          minColumn={CARD_WIDTH}
          onRange={onRange}
          render={(index, i) => {
            const row = rows.get(index);
            return row ? (
              <FeatureCard row={row} href={hrefOf(index)} eager={i < 8} said={said} />
            ) : (
              <Waiting index={index} />
            );
          }}
        />
      )}
      {order.length > MOST_ROWS && (
        <p className="mt-3 text-ink-soft text-sm">
          The first {MOST_ROWS.toLocaleString("en")} are shown: narrow the list to see others.
        </p>
      )}
    </>
  );
}
