"use client";
import { useEffect, useState } from "react";
import { type InspectCodes, parseCodes } from "@/lib/inspect/codes/format";
import { FetchProblem } from "../ui/fetch-json";

const kept = new Map<string, Promise<InspectCodes>>();

/** The values of an inspection in memory, so that pointing and choosing need no request; kept for the life of the page. */
export function useCodes(url: string | undefined): {
  codes: InspectCodes | undefined;
  problem: FetchProblem | undefined;
} {
  const [got, setGot] = useState<{ url: string; codes?: InspectCodes; problem?: FetchProblem }>();
  useEffect(() => {
    if (!url) return;
    let current = true;
    const loading = kept.get(url) ?? load(url);
    kept.set(url, loading);
    loading.then(
      (codes) => current && setGot({ url, codes }),
      () => {
        kept.delete(url);
        if (current) setGot({ url, problem: new FetchProblem("The values of this inspection could not be loaded.") });
      },
    );
    return () => {
      current = false;
    };
  }, [url]);
  return got?.url === url ? { codes: got?.codes, problem: got?.problem } : { codes: undefined, problem: undefined };
}

async function load(url: string): Promise<InspectCodes> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return parseCodes(await response.arrayBuffer());
}
