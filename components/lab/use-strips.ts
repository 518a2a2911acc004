"use client";
import { useEffect, useState } from "react";
import type { FeaturePage } from "@/lib/features/list/schema";
import { fetchJson } from "../ui/fetch-json";

/** Most that one page of a list holds. */
const AT_ONCE = 200;

/** Contact strips of some features of an SAE, by number; empty until they are known, null where there is none. */
export function useStrips(saeRef: string, indices: readonly number[]): ReadonlyMap<number, string | null> {
  const [strips, setStrips] = useState<ReadonlyMap<number, string | null>>(new Map());
  useEffect(() => {
    const abort = new AbortController();
    const pages = Array.from({ length: Math.ceil(indices.length / AT_ONCE) }, (_, i) =>
      fetchJson<FeaturePage>(
        `/api/v1/features/${saeRef}?only=${indices.slice(i * AT_ONCE, (i + 1) * AT_ONCE).join()}&limit=${AT_ONCE}`,
        { signal: abort.signal },
      ),
    );
    Promise.all(pages).then(
      (found) => setStrips(new Map(found.flatMap(({ items }) => items.map(({ index, strip }) => [index, strip])))),
      // Rows do without their pictures.
      () => {},
    );
    return () => abort.abort();
  }, [saeRef, indices]);
  return strips;
}
