"use client";
import { useEffect, useRef, useState } from "react";
import { readListQuery } from "@/lib/features/columns/query/format";
import type { ColumnAnswer, ColumnAsk } from "./columns-worker";

/** How long a page may be idle before the index is fetched ahead. */
const IDLE_MS = 1500;

/**
 * The list of a query from the column index in a worker; undefined until the index is there and where only the server can
 * answer (words, labels). The index comes with the first change of the query, or when the page is idle.
 */
export function useColumns(saeRef: string, query: string, firstQuery: string): ColumnAnswer | undefined {
  const worker = useRef<Worker | undefined>(undefined);
  const [wanted, setWanted] = useState(false);
  const [answer, setAnswer] = useState<ColumnAnswer>();
  useEffect(() => {
    if (query !== firstQuery) setWanted(true);
  }, [query, firstQuery]);
  useEffect(() => {
    if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return;
    const timer = setTimeout(() => setWanted(true), IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (!wanted) return;
    const own = new Worker(new URL("./columns-worker.ts", import.meta.url), { type: "module" });
    worker.current = own;
    // A failed index is no error: the server pages the list as before.
    own.onmessage = ({ data }: MessageEvent<ColumnAnswer | null>) => setAnswer(data ?? undefined);
    return () => {
      own.terminate();
      worker.current = undefined;
    };
  }, [wanted]);
  useEffect(() => {
    if (!wanted || !worker.current || !readListQuery(new URLSearchParams(query))) return;
    const ask: ColumnAsk = { url: `${window.location.origin}/api/v1/saes/${saeRef}/columns`, query };
    worker.current.postMessage(ask);
  }, [wanted, query, saeRef]);
  return answer && readListQuery(new URLSearchParams(query)) ? answer : undefined;
}
