import { printQuery } from "@/lib/core/format";
import "server-only";
import { flatQuery, orNotFound, type PageQuery } from "@/lib/core/page";
import { findSae, listFeatures } from "./data";
import { asksDisagreement } from "./format";
import type { FeaturePage, FeatureRow } from "./schema";
import { filtersSchema, sortSchema } from "./schema";
import type { Shelf } from "./types";

const FIRST_ROWS = 50;

/** The first rows of a list as its query asks; a value that does not parse is left out. */
export async function loadFeatureList(model: string, sae: string, search: PageQuery): Promise<FeaturePage> {
  const query = flatQuery(search);
  const filters: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(filtersSchema.shape)) {
    if (schema.safeParse(query[name]).success) filters[name] = query[name];
  }
  const key = await orNotFound(findSae(model, sae));
  const sort = sortSchema.catch("index").parse(query.sort);
  const said = asksDisagreement(query) ? ({ said: "1" } as const) : {};
  const ask = { ...filtersSchema.parse(filters), ...said, limit: FIRST_ROWS, facets: "kind,status" };
  return listFeatures(key, { ...ask, sort }).catch(() =>
    listFeatures(key, { sort: "index", limit: FIRST_ROWS, facets: "kind,status" }),
  );
}

const SHELVES = [
  {
    title: "Strong in pictures",
    note: "explanations that pass the detection test",
    sort: "-detection",
    modality: "image",
    kind: "-text",
    flags: "-position,-always_on",
    status: "explained",
  },
  {
    title: "One idea, two senses",
    note: "fires on the picture and on the word",
    sort: "-crossModal",
    modality: "both",
    flags: "-position,-always_on",
    status: "explained",
    crossModal: "0.5..",
  },
  {
    title: "Colours and textures",
    note: "what the model sees first",
    sort: "-detection",
    kind: "color,texture",
    status: "explained",
  },
  { title: "Words", note: "features of text", sort: "-detection", modality: "text", status: "explained" },
] as const;

/** A few features worth opening first, in shelves; shelves without any are left out, labels do not repeat. */
export async function loadShelves(model: string, sae: string, perShelf: number): Promise<Shelf[]> {
  const key = await orNotFound(findSae(model, sae));
  const seen = new Set<string>();
  const shelves: Shelf[] = [];
  for (const { title, note, ...query } of SHELVES) {
    const page = await listFeatures(key, { ...query, limit: 6 * perShelf });
    const rows: FeatureRow[] = [];
    for (const row of page.items) {
      if (rows.length === perShelf || !row.label || seen.has(row.label)) continue;
      seen.add(row.label);
      rows.push(row);
    }
    if (rows.length > 0) shelves.push({ title, note, rows, query: printQuery(new URLSearchParams(query)) });
  }
  return shelves;
}
