import { db } from "@/lib/db/client";

export interface NamedFeature {
  index: number;
  label: string;
  aRef: number;
}

/** Explained features of a kind, best detected first. */
export async function labelledFeatures(saeId: string, kind: string, take: number): Promise<NamedFeature[]> {
  const rows = await db().feature.findMany({
    where: { saeId, status: "explained", kind, label: { not: null }, aRef: { gt: 0 } },
    orderBy: [{ detection: { sort: "desc", nulls: "last" } }, { index: "asc" }],
    select: { index: true, label: true, aRef: true },
    take,
  });
  return rows.map(({ index, label, aRef }) => ({ index, label: label as string, aRef }));
}
