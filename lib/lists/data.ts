import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { ROW, type Row, toRow } from "@/lib/features/list/data";
import type { FeatureRow } from "@/lib/features/list/schema";
import type { FeatureListing, ListSummary } from "./schema";

/** Thumbs that stand for a list. */
const STRIPS = 3;

/** Rows of features by their refs, in the order given; null where there is none. */
export async function rowsOf(refs: readonly string[]): Promise<(FeatureRow | null)[]> {
  if (refs.length === 0) return [];
  const rows = await db().$queryRaw<(Row & { saeRef: string })[]>(
    Prisma.sql`SELECT ${ROW}, m."slug" || '/' || s."slug" AS "saeRef"
      FROM unnest(${[...new Set(refs)]}::text[]) AS wanted
      JOIN "models" m ON m."slug" = split_part(wanted, '/', 1)
      JOIN "saes" s ON s."model_id" = m."id" AND s."slug" = split_part(wanted, '/', 2)
      JOIN "features" f ON f."sae_id" = s."id" AND f."index" = split_part(wanted, '/', 3)::int`,
  );
  const byRef = new Map(rows.map(({ saeRef, ...row }) => [`${saeRef}/${row.index}`, toRow(saeRef, row)]));
  return refs.map((ref) => byRef.get(ref) ?? null);
}

/** One list with its features. @throws AppError NOT_FOUND */
export async function getList(id: string): Promise<FeatureListing> {
  const list = await db().list.findUnique({ where: { id }, include: { items: { orderBy: { position: "asc" } } } });
  if (!list) throw new AppError("NOT_FOUND", "There is no list with this id: it may have been deleted.");
  const { items, createdAt, updatedAt, ...rest } = list;
  const features = await rowsOf(items.map((item) => item.ref));
  return {
    ...rest,
    n: items.length,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    items: items.map(({ ref, note }, i) => ({ ref, note, feature: features[i] ?? null })),
  };
}

export interface ListsQuery {
  q?: string | undefined;
  ref?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Lists, the one that changed last first. @throws AppError CURSOR_MISMATCH */
export async function listLists({
  q,
  ref,
  limit,
  cursor,
}: ListsQuery): Promise<{ items: ListSummary[]; nextCursor: string | null }> {
  const identity = { q, ref };
  const [at, id] = cursor ? decodeCursor(identity, cursor) : [];
  const where: Prisma.ListWhereInput = {
    ...(q ? { name: { contains: q, mode: "insensitive" } } : {}),
    ...(ref ? { items: { some: { ref } } } : {}),
    ...(at && id
      ? { OR: [{ updatedAt: { lt: new Date(at) } }, { updatedAt: new Date(at), id: { lt: String(id) } }] }
      : {}),
  };
  const rows = await db().list.findMany({
    where,
    orderBy: [{ updatedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    include: { _count: { select: { items: true } }, items: { orderBy: { position: "asc" }, take: STRIPS } },
  });
  const page = rows.slice(0, limit);
  const features = await rowsOf(page.flatMap((row) => row.items.map((item) => item.ref)));
  const strips = new Map(features.flatMap((f) => (f?.strip ? [[f.ref, f.strip] as const] : [])));
  const last = page.at(-1);
  return {
    items: page.map(({ items, _count, createdAt, updatedAt, ...rest }) => ({
      ...rest,
      n: _count.items,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
      strips: items.flatMap((item) => strips.get(item.ref) ?? []),
    })),
    nextCursor: rows.length > limit && last ? encodeCursor(identity, [last.updatedAt.toISOString(), last.id]) : null,
  };
}
