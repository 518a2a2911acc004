import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { Sae } from "@/lib/db/generated/client";

/** SAEs of a model by `sae` or `model/sae`, in the order asked for. @throws AppError NOT_FOUND. */
export async function findSaes(model: string, refs: readonly string[]): Promise<Sae[]> {
  return Promise.all(
    refs.map(async (ref) => {
      const slug = ref.startsWith(`${model}/`) ? ref.slice(model.length + 1) : ref;
      const found = await db().sae.findFirst({ where: { slug, model: { slug: model } } });
      if (!found) throw new AppError("NOT_FOUND", `There is no SAE ${model}/${slug}.`);
      return found;
    }),
  );
}

/** Labels and reference strengths of some features, by index. */
export async function featureFacts(
  saeId: string,
  indices: readonly number[],
): Promise<Map<number, { label: string | null; aRef: number }>> {
  const rows = await db().feature.findMany({
    where: { saeId, index: { in: [...indices] } },
    select: { index: true, label: true, aRef: true },
  });
  return new Map(rows.map(({ index, label, aRef }) => [index, { label, aRef }]));
}

/** Reference strength of every feature, [n]; 0 where it never fired or was not measured. */
export async function referenceStrengths(saeId: string, n: number): Promise<Float32Array> {
  const rows = await db().feature.findMany({ where: { saeId }, select: { index: true, aRef: true } });
  const out = new Float32Array(n);
  for (const { index, aRef } of rows) if (index < n) out[index] = aRef;
  return out;
}
