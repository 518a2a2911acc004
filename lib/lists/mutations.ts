import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { assertVersion } from "@/lib/core/versions";
import { type Db, db } from "@/lib/db/client";
import { jsonOrNull } from "@/lib/db/json";
import { findSae } from "@/lib/features/list/data";
import { getList, getListRow, getListSummary } from "./data";
import { MOST_ITEMS, STARRED } from "./format";
import type { List, ListChange, ListSummary, NewList } from "./schema";

/** Makes a list. @throws AppError INVALID_INPUT when a feature that is to be in it does not exist. */
export async function createList({ name, description, testInput, items }: NewList): Promise<List> {
  const distinct = [...new Map(items.map((item) => [item.ref, item])).values()];
  const keys = await Promise.all(distinct.map(({ ref }) => featureKey(ref)));
  const id = newId("list");
  await db().$transaction(async (tx) => {
    await tx.list.create({ data: { id, name, description, testInput: jsonOrNull(testInput) } });
    await tx.listItem.createMany({
      data: distinct.map(({ note }, place) => ({ listId: id, ...(keys[place] as FeatureKey), place, note })),
    });
  });
  return getList(id);
}

interface FeatureKey {
  saeId: string;
  index: number;
}

async function featureKey(ref: string): Promise<FeatureKey> {
  const [model = "", sae = "", index = ""] = ref.split("/");
  const { id, n } = await findSae(model, sae).catch(() => ({ id: "", n: 0 }));
  if (Number(index) < n) return { saeId: id, index: Number(index) };
  throw new AppError("INVALID_INPUT", `There is no feature ${ref}.`);
}

/** @throws AppError NOT_FOUND, CHANGED_MEANWHILE, INVALID_INPUT for a new name of the stars. */
export async function changeList(id: string, change: ListChange, allowed?: readonly number[]): Promise<List> {
  const before = await getListRow(id);
  assertVersion(allowed, before.version, "the list");
  const { name, description, testInput } = change;
  if (id === STARRED.id) {
    if (name !== undefined && name !== STARRED.name)
      throw new AppError("INVALID_INPUT", "The stars keep their name: make another list for another purpose.");
    await ensureStars(db());
  }
  await db().list.updateMany({
    where: { id },
    data: {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(testInput === undefined ? {} : { testInput: jsonOrNull(testInput) }),
      ...touched(),
    },
  });
  return getList(id);
}

const touched = () => ({ version: { increment: 1 }, updatedAt: new Date() });

/** Deletes a list and answers what it was. @throws AppError NOT_FOUND, CHANGED_MEANWHILE */
export async function deleteList(id: string, allowed?: readonly number[]): Promise<List> {
  const before = await getList(id);
  assertVersion(allowed, before.version, "the list");
  await db().list.deleteMany({ where: { id } });
  return before;
}

async function ensureStars(tx: Db): Promise<void> {
  await tx.list.upsert({ where: { id: STARRED.id }, create: { ...STARRED }, update: {} });
}

/**
 * Puts a feature into a list or changes it there; the others move up or down around its place.
 * @throws AppError NOT_FOUND, TOO_LARGE above MOST_ITEMS.
 */
export async function putItem(
  id: string,
  feature: FeatureKey,
  { note, position }: { note?: string | undefined; position?: number | undefined },
): Promise<ListSummary> {
  await getListRow(id);
  await db().$transaction(async (tx) => {
    if (id === STARRED.id) await ensureStars(tx);
    // Whoever else changes the order of this list waits here.
    await tx.list.updateMany({ where: { id }, data: touched() });
    const items = await tx.listItem.findMany({
      where: { listId: id },
      orderBy: [{ place: "asc" }, { addedAt: "asc" }],
    });
    const at = items.findIndex((item) => item.saeId === feature.saeId && item.index === feature.index);
    if (at < 0 && items.length >= MOST_ITEMS)
      throw new AppError("TOO_LARGE", `A list holds up to ${MOST_ITEMS} features: start another one.`);
    const key = { listId: id, ...feature };
    if (at < 0) await tx.listItem.create({ data: { ...key, note: note ?? "", place: items.length } });
    else if (note !== undefined) await tx.listItem.update({ where: { listId_saeId_index: key }, data: { note } });
    if (position === undefined) return;
    const order = items.filter((_, i) => i !== at).map(({ saeId, index }) => ({ saeId, index }));
    order.splice(Math.min(position, order.length), 0, feature);
    await placeAll(tx, id, order);
  });
  return getListSummary(id);
}

async function placeAll(tx: Db, listId: string, order: readonly FeatureKey[]): Promise<void> {
  const [saes, indices] = [order.map((f) => f.saeId), order.map((f) => f.index)];
  await tx.$executeRaw`UPDATE "list_items" i SET "place" = o."place" - 1
    FROM unnest(${saes}::text[], ${indices}::int[]) WITH ORDINALITY AS o("sae_id", "index", "place")
    WHERE i."list_id" = ${listId} AND i."sae_id" = o."sae_id" AND i."index" = o."index"`;
}

/** Takes a feature out of a list; nothing happens when it is not there. @throws AppError NOT_FOUND for the list. */
export async function deleteItem(id: string, { saeId, index }: FeatureKey): Promise<ListSummary> {
  await getListRow(id);
  const { count } = await db().listItem.deleteMany({ where: { listId: id, saeId, index } });
  if (count > 0) await db().list.updateMany({ where: { id }, data: touched() });
  return getListSummary(id);
}
