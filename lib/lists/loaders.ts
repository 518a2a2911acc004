import "server-only";
import { cache } from "react";
import { orNotFound, type PageQuery } from "@/lib/core/page";
import { getList, listLists, rowsOf } from "./data";
import { adhocRefs, type FeatureListing, type ListItem, type ListSummary, MOST_ADHOC } from "./schema";

/** All lists, the one that changed last first. */
export async function loadLists(): Promise<ListSummary[]> {
  return (await listLists({ limit: 200 })).items;
}

/** One list; the 404 page when there is none. */
export const loadList = cache((id: string): Promise<FeatureListing> => orNotFound(getList(id)));

export interface AdhocList {
  name: string;
  items: ListItem[];
  /** Refs of the address that are none, or too many. */
  left: number;
}

/** A list that is made from an address alone: `f` by comma or repeated, and a name. */
export async function loadAdhoc(search: PageQuery): Promise<AdhocList> {
  const given = [search.f ?? []]
    .flat()
    .flatMap((text) => text.split(","))
    .filter(Boolean);
  const refs = [...new Set(given.filter((ref) => adhocRefs.safeParse(ref).success))].slice(0, MOST_ADHOC);
  const rows = await rowsOf(refs);
  return {
    name: String([search.name ?? ""].flat()[0] ?? "").slice(0, 80),
    items: refs.map((ref, i) => ({ ref, note: "", feature: rows[i] ?? null })),
    left: new Set(given).size - refs.length,
  };
}
