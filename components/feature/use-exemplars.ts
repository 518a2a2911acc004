"use client";
import { useEffect, useRef, useState } from "react";
import type { BandId, Exemplars } from "@/lib/features/schema";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { imageUrl } from "../viz/image-url";

export interface ExemplarsWanted {
  band: Exemplars["band"]["id"];
  by: string;
  modality: string;
}

export interface ExemplarsState {
  shown: Exemplars;
  busy: boolean;
  problem: FetchProblem | undefined;
  retry: () => void;
  /** Fetches a band ahead, with its first images. */
  prefetch: (band: BandId) => void;
}

const keyOf = ({ band, by, modality }: ExemplarsWanted) => `${band}|${by}|${modality}`;

/**
 * Evidence of one band. Old evidence stays while the new one loads, a late answer to an older question is dropped, and
 * every answer is kept for the life of the page.
 */
export function useExemplars(
  ref: string,
  first: Exemplars,
  firstWanted: ExemplarsWanted,
  wanted: ExemplarsWanted,
): ExemplarsState {
  const cache = useRef(new Map<string, Promise<Exemplars>>([[keyOf(firstWanted), Promise.resolve(first)]]));
  const [shown, setShown] = useState(first);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<FetchProblem>();
  const [attempt, setAttempt] = useState(0);

  const load = (want: ExemplarsWanted): Promise<Exemplars> => {
    const key = keyOf(want);
    const known = cache.current.get(key);
    if (known) return known;
    const url = `/api/v1/features/${ref}/exemplars?band=${want.band}&by=${want.by}&modality=${want.modality}`;
    const loading = fetchJson<Exemplars>(url);
    cache.current.set(key, loading);
    loading.catch(() => cache.current.delete(key));
    return loading;
  };

  const key = keyOf(wanted);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` is named by its key, and `attempt` asks again
  useEffect(() => {
    let current = true;
    setBusy(true);
    load(wanted)
      .then((loaded) => {
        if (!current) return;
        setShown(loaded);
        setProblem(undefined);
        setBusy(false);
      })
      .catch((error: unknown) => {
        if (!current) return;
        setProblem(error instanceof FetchProblem ? error : new FetchProblem("The evidence could not be loaded."));
        setBusy(false);
      });
    return () => {
      current = false;
    };
  }, [key, attempt]);

  const prefetch = (band: BandId) => {
    if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return;
    load({ ...wanted, band })
      .then((ahead) => {
        for (const item of ahead.items.slice(0, 4)) if (item.image) new Image().src = imageUrl(item.image.sha);
      })
      .catch(() => {});
  };
  return { shown, busy, problem, retry: () => setAttempt(attempt + 1), prefetch };
}
