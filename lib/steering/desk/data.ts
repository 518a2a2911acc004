import { db } from "@/lib/db/client";
import { stripUrl } from "@/lib/features/data";
import type { DeskFeature } from "../types";

/** Those of the features `sae/index` of a model that exist, as the desk shows them. */
export async function findDeskFeatures(model: string, refs: readonly string[]): Promise<DeskFeature[]> {
  const wanted = refs.map((ref) => {
    const [slug, index] = ref.split("/");
    return { index: Number(index), sae: { slug, model: { slug: model } } };
  });
  const rows = await db().feature.findMany({
    where: { OR: wanted },
    select: {
      ...{ index: true, label: true, status: true, aRef: true, max: true, strip: true },
      sae: { select: { slug: true } },
    },
  });
  return rows.map(({ sae, strip, ...row }) => ({
    ...row,
    ref: `${model}/${sae.slug}/${row.index}`,
    strip: stripUrl(strip),
  }));
}
