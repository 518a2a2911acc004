import { AppError } from "@/lib/core/errors";
import type { ImageTruth } from "@/lib/datasets/schema";
import { db } from "@/lib/db/client";
import type { Sae } from "@/lib/db/generated/client";
import { toImageInfo } from "@/lib/samples/data";
import type { Starter } from "./types";

/** Images to look through for questions: enough to meet every kind of them. */
const LOOKED_AT = 60;
const YES_NO = /^(is|are|do|does|did|has|have|can|was|were)\b/i;

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

/** The model that was registered first of those that can answer, with its first SAEs; null when there is none. */
export function likeliestModel() {
  return db()
    .model.findFirst({
      where: { kind: { not: "vision" } },
      orderBy: { createdAt: "asc" },
      include: { saes: { orderBy: { createdAt: "asc" }, take: 2 } },
    })
    .then((found) => found && { model: found, saes: found.saes });
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

/**
 * Questions of yes or no whose true answer is "no", each about another image and of another kind where there are several:
 * a model that says yes is wrong, and its reasons are worth a look. The same samples give the same questions.
 */
export async function findStarters(n: number): Promise<Starter[]> {
  const rows = await db().sample.findMany({
    where: { kind: "image", truth: { path: ["questions"], array_contains: [{ answer: "no." }] } },
    orderBy: { id: "asc" },
    take: LOOKED_AT,
  });
  const found = rows.flatMap((row) => {
    const { questions } = row.truth as unknown as ImageTruth;
    const asked = questions.filter(({ question, answer }) => answer === "no." && YES_NO.test(question));
    const { sha, width, height, alt } = toImageInfo(row);
    return asked.map(({ kind = "", question }) => ({
      kind,
      starter: { sha, width, height, alt, question, truth: "no" },
    }));
  });
  const chosen: Starter[] = [];
  const kinds = new Set<string>();
  for (const again of [false, true]) {
    for (const { kind, starter } of found) {
      if (chosen.length === n || chosen.some(({ sha }) => sha === starter.sha) || (kinds.has(kind) && !again)) continue;
      kinds.add(kind);
      chosen.push(starter);
    }
  }
  return chosen;
}
