"use client";
import { othersOf, requestOf } from "@/lib/steering/fix/format";
import type { OtherImages } from "@/lib/steering/fix/schema";
import type { FixSetup } from "@/lib/steering/fix/types";
import type { SearchResult } from "@/lib/steering/schema";
import { postRun, useDeskRun } from "../lab/use-desk-run";
import { fetchJson } from "../ui/fetch-json";

/** A set-up with the SAE that the desk looks through, `model/sae`. */
export interface FixAsked {
  setup: FixSetup;
  sae: string;
}

/** Starts a search; first come the other images that what is found will be tried on. */
async function send({ setup, sae }: FixAsked) {
  const limit = othersOf(setup);
  const about = { in: sae, question: setup.prompt.trim(), answer: setup.wanted.trim() };
  const query = new URLSearchParams({ ...about, skip: setup.image ?? "", limit: String(limit) });
  const { images } = limit > 0 ? await fetchJson<OtherImages>(`/api/v1/steer/search/images?${query}`) : { images: [] };
  return postRun("/api/v1/steer/search", requestOf(setup, sae, images));
}

/** Starts searches and keeps the last result until the next one is there. */
export const useFix = () => useDeskRun<FixAsked, SearchResult>(send, "The search failed.");
