import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { Prisma, type List as Row } from "@/lib/db/generated/client";
import { featureRows } from "@/lib/features/batch/data";
import { stripUrl } from "@/lib/features/data";
import { STARRED } from "./format";
import type { List, ListListsQuery, ListSummary } from "./schema";

/** Features whose pictures stand for a list. */
const COVER = 3;

function toSummary(row: Row, n: number, strips: readonly (string | null)[]): ListSummary {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    testInput: row.testInput as ListSummary["testInput"],
    n,
    strips: strips.flatMap((hash) => stripUrl(hash) ?? []),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

async function summaries(rows: readonly Row[]): Promise<ListSummary[]> {
  const found = await db().$queryRaw<{ id: string; n: number; strips: (string | null)[] }[]>(Prisma.sql`
    SELECT i."list_id" AS id, count(*)::int AS n,
      (array_agg(f."strip" ORDER BY i."place") FILTER (WHERE f."strip" IS NOT NULL))[1:${Prisma.raw(String(COVER))}] AS strips
    FROM "list_items" i LEFT JOIN "features" f ON f."sae_id" = i."sae_id" AND f."index" = i."index"
    WHERE i."list_id" = ANY(${rows.map((row) => row.id)}) GROUP BY 1`);
  const byId = new Map(found.map((row) => [row.id, row]));
  return rows.map((row) => toSummary(row, byId.get(row.id)?.n ?? 0, byId.get(row.id)?.strips ?? []));
}

/** Lists, the one that was changed last first. */
export async function listLists(query: ListListsQuery): Promise<{ items: ListSummary[]; nextCursor: string | null }> {
  const { limit, cursor, q } = query;
  const list = { q };
  const [at, id] = cursor ? decodeCursor(list, cursor) : [];
  const before =
    at && id ? { OR: [{ updatedAt: { lt: new Date(at) } }, { updatedAt: new Date(at), id: { lt: String(id) } }] } : {};
  const rows = await db().list.findMany({
    where: { ...(q ? { name: { contains: q, mode: "insensitive" } } : {}), ...before },
    orderBy: [{ updatedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = rows.length > limit && last ? encodeCursor(list, [last.updatedAt.toISOString(), last.id]) : null;
  return { items: await summaries(page), nextCursor };
}

/** The stars before anything was starred. */
const NO_STARS: Row = {
  ...STARRED,
  description: "",
  testInput: null,
  version: 0,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

/** @throws AppError NOT_FOUND */
export async function getListRow(id: string): Promise<Row> {
  const row = await db().list.findUnique({ where: { id } });
  if (row) return row;
  if (id === STARRED.id) return NO_STARS;
  throw new AppError("NOT_FOUND", `There is no list ${id.slice(0, 20)}: it may have been deleted.`);
}

/** A list without its features. @throws AppError NOT_FOUND */
export async function getListSummary(id: string): Promise<ListSummary> {
  const [summary] = await summaries([await getListRow(id)]);
  return summary as ListSummary;
}

/** A list with its features in order. @throws AppError NOT_FOUND */
export async function getList(id: string): Promise<List> {
  const summary = await getListSummary(id);
  const items = await db().listItem.findMany({
    where: { listId: id },
    orderBy: [{ place: "asc" }, { addedAt: "asc" }],
    include: { sae: { select: { slug: true, model: { select: { slug: true } } } } },
  });
  const refs = items.map(({ sae, index }) => `${sae.model.slug}/${sae.slug}/${index}`);
  const rows = await featureRows(refs);
  return {
    ...summary,
    items: items.flatMap(({ note, addedAt }, i) => {
      const row = rows[i];
      return row ? [{ ...row, note, addedAt: addedAt.toISOString() }] : [];
    }),
    gone: refs.filter((_, i) => !rows[i]),
  };
}

/** Ids of the lists that hold a feature. */
export async function listsWith(saeId: string, index: number): Promise<string[]> {
  const rows = await db().listItem.findMany({ where: { saeId, index }, select: { listId: true } });
  return rows.map((row) => row.listId);
}
