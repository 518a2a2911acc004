"use client";
import { useMemo } from "react";
import { type InspectCodes, peaksWithin, queryRegion, type RegionHit } from "@/lib/inspect/codes/format";
import { type InspectState, tokensOfRegion } from "@/lib/inspect/desk/format";
import { maskFromCells, positionsWhere } from "@/lib/inspect/region/format";
import type { InspectResult, InspectSae } from "@/lib/inspect/schema";
import { decodeMask } from "../viz/mask";

/** Rows that are drawn; the rest can be asked for by a smaller region. */
const MOST_LISTED = 60;

export interface Listed extends RegionHit {
  aRef: number;
  flags: readonly string[];
}

/** What is chosen and which features answer to it, best first. */
export interface Look {
  /** Cells of the image in each region. */
  a: Uint8Array;
  b: Uint8Array;
  /** Tokens in each region. */
  tokensA: readonly number[];
  tokensB: readonly number[];
  /** True when something is chosen; else the list is of the whole input. */
  chosen: boolean;
  listed: readonly Listed[];
  /** All of these, whether drawn or not. */
  all: readonly Listed[];
  nFound: number;
  nHidden: number;
  /** The values are not there yet: nothing can be said of what fires. */
  waits: boolean;
  labels: ReadonlyMap<number, string>;
}

/** The list of an inspection under what is chosen; computed from the values in memory. */
export function useLook(
  result: InspectResult,
  sae: InspectSae | undefined,
  codes: InspectCodes | undefined,
  { a: textA, b: textB, sort, unflagged, modality }: InspectState,
): Look {
  const nCells = (result.geometry?.rows ?? 0) * (result.geometry?.cols ?? 0);
  const regions = useMemo(() => {
    const [tokensA, tokensB] = [tokensOfRegion(textA), tokensOfRegion(textB)];
    const [a, b] = [cellsOf(textA, nCells), cellsOf(textB, nCells)];
    return { a, b, tokensA, tokensB, chosen: tokensA.length > 0 || a.includes(1) };
  }, [textA, textB, nCells]);
  const facts = useMemo(() => new Map(sae?.overall.map((f) => [f.index, f])), [sae]);
  const labels = useMemo(
    () => new Map([...facts].flatMap(([index, { label }]) => (label ? [[index, label] as const] : []))),
    [facts],
  );
  const all = useMemo(() => {
    if (!sae) return [];
    if (!codes) return [];
    const told = (hit: RegionHit): Listed => {
      const known = facts.get(hit.feature);
      return { ...hit, aRef: hit.strength > 0 ? hit.a / hit.strength : 1, flags: known?.flags ?? [] };
    };
    if (!regions.chosen) {
      const kind = modality === "text" || !result.geometry ? "text" : "image";
      return peaksWithin(codes, positionsWhere(result, kind)).map(told);
    }
    const { tokensA, tokensB, a, b } = regions;
    const positions = (tokens: readonly number[]) => {
      const mask = new Uint8Array(result.tokens.length);
      for (const t of tokens) if (t < mask.length) mask[t] = 1;
      return mask;
    };
    const byTokens = tokensA.length > 0;
    const maskB = tokensB.length > 0 ? positions(tokensB) : b.includes(1) ? maskFromCells(result, b) : undefined;
    const hits = queryRegion(codes, {
      a: byTokens ? positions(tokensA) : maskFromCells(result, a),
      b: maskB,
      within: positionsWhere(result, byTokens ? "text" : "image"),
      sort,
    });
    return hits.map(told);
  }, [sae, codes, result, regions, sort, modality, facts]);
  return useMemo(() => {
    const kept = unflagged ? all.filter((hit) => hit.flags.length === 0) : all;
    return {
      ...regions,
      labels,
      listed: kept.slice(0, MOST_LISTED),
      all: kept,
      nFound: all.length,
      nHidden: all.length - kept.length,
      waits: codes === undefined,
    };
  }, [all, regions, labels, unflagged, codes]);
}

function cellsOf(region: string | null, nCells: number): Uint8Array {
  if (region === null || region.startsWith("t:")) return new Uint8Array(nCells);
  try {
    return decodeMask(region, nCells);
  } catch {
    return new Uint8Array(nCells); // an address that somebody cut short
  }
}
