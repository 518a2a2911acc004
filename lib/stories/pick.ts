import { printQuery } from "@/lib/core/format";
import { getFeature, listExemplars } from "@/lib/features/data";
import { listFeatures } from "@/lib/features/list/data";
import type { FeatureRow, ListQuery } from "@/lib/features/list/schema";
import { type BandId, exemplarsQuery, type Feature } from "@/lib/features/schema";
import type { Stage } from "./told";
import { turnAround } from "./turn-around";

/** Features that pass no judgement of a label: where on the image, or always. */
export const NO_ARTEFACTS = "-position,-always_on";

/** Texts that are looked through for one to show. */
const TEXTS = 12;

/** Explained features of a list's query that have a label, in its order. */
export async function listed(stage: Stage, query: Partial<ListQuery>): Promise<{ rows: FeatureRow[]; total: number }> {
  const { items, total } = await listFeatures(stage.sae, {
    sort: "-detection",
    status: "explained",
    limit: 24,
    ...query,
  });
  return { rows: items.filter(({ label }) => label), total };
}

/** The list page of the same query. */
export function listHref({ sae }: Stage, query: Record<string, string>): string {
  return `/${sae.ref}?${printQuery(new URLSearchParams(query))}`;
}

/** Everything about a feature. */
export function whole({ ref }: Pick<FeatureRow, "ref">): Promise<Feature> {
  const [model, sae, index] = ref.split("/") as [string, string, string];
  return getFeature(model, sae, Number(index), exemplarsQuery.parse({ limit: 1 }));
}

/** The sentences around the strongest token of a text that fires a feature much; null where it peaks on marks alone, or in no text. */
export async function textOf({ ref }: Pick<FeatureRow, "ref">): Promise<string | null> {
  const [model, sae, index] = ref.split("/") as [string, string, string];
  const query = exemplarsQuery.parse({ band: "top", modality: "text", limit: TEXTS });
  for (const { tokens, peakAt } of (await listExemplars(model, sae, Number(index), query)).items) {
    const said = tokens && typeof peakAt === "number" ? turnAround(tokens, peakAt) : "";
    if (said) return said;
  }
  return null;
}

/** The first image of a band of a feature; null where it has none. */
export async function imageOf({ ref }: Pick<FeatureRow, "ref">, band: BandId): Promise<string | null> {
  const [model, sae, index] = ref.split("/") as [string, string, string];
  const query = exemplarsQuery.parse({ band, modality: "image", limit: 1 });
  return (await listExemplars(model, sae, Number(index), query)).items[0]?.image?.sha ?? null;
}
