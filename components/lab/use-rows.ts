"use client";
import { useEffect, useRef, useState } from "react";
import type { FeaturePage, FeatureRow } from "@/lib/features/list/schema";
import { fetchJson } from "../ui/fetch-json";

/** Most that one page of a list holds. */
const AT_ONCE = 200;

/**
 * Rows of some features of an SAE, by number, as far as they are known yet; what was once asked for is kept.
 * @param known rows that came with the page.
 * @param more further parameters, which decide what rows hold.
 */
export function useRows(
  saeRef: string,
  indices: readonly number[],
  known: readonly FeatureRow[] = [],
  more = "",
): ReadonlyMap<number, FeatureRow> {
  const [rows, setRows] = useState<ReadonlyMap<number, FeatureRow>>(
    () => new Map(known.map((row) => [row.index, row])),
  );
  const asked = useRef({ saeRef, more, indices: new Set(known.map((row) => row.index)) });
  useEffect(() => {
    if (asked.current.saeRef !== saeRef) {
      asked.current = { saeRef, more, indices: new Set() };
      setRows(new Map());
    }
    // Rows that are known stay until those with more in them have come.
    if (asked.current.more !== more) asked.current = { saeRef, more, indices: new Set() };
    const turn = asked.current;
    const missing = indices.filter((index) => !turn.indices.has(index));
    for (const index of missing) turn.indices.add(index);
    for (let from = 0; from < missing.length; from += AT_ONCE) {
      const only = missing.slice(from, from + AT_ONCE);
      fetchJson<FeaturePage>(`/api/v1/features/${saeRef}?only=${only.join()}&limit=${AT_ONCE}${more}`).then(
        ({ items }) => {
          if (turn === asked.current)
            setRows((old) => new Map([...old, ...items.map((row) => [row.index, row] as const)]));
        },
        // Rows do without their pictures until they are asked for again.
        () => {
          for (const index of only) turn.indices.delete(index);
        },
      );
    }
  }, [saeRef, indices, more]);
  return rows;
}
