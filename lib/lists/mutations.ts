import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { inPgTransaction, type PgClient } from "@/lib/db/copy";
import { getList, rowsOf } from "./data";
import { type FeatureListing, MOST_ITEMS } from "./schema";

/** Makes a list. @throws AppError NOT_FOUND naming the first feature that does not exist. */
export async function createList(given: {
  name: string;
  description: string;
  testInput: string;
  refs: readonly string[];
}): Promise<FeatureListing> {
  const refs = [...new Set(given.refs)];
  const rows = await rowsOf(refs);
  const missing = refs.find((_, i) => rows[i] === null);
  if (missing) throw new AppError("NOT_FOUND", `There is no feature ${missing}: nothing was saved.`);
  const { name, description, testInput } = given;
  const id = newId("list");
  const items = { create: refs.map((ref, position) => ({ ref, position })) };
  await db().list.create({ data: { id, name, description, testInput, items } });
  return getList(id);
}

/** Locks a list and counts the change. @throws AppError NOT_FOUND, CHANGED_MEANWHILE when it is not the version that was read. */
async function touch(client: PgClient, id: string, version: number | undefined): Promise<void> {
  const { rows } = await client.query<{ version: number }>(`SELECT "version" FROM "lists" WHERE "id" = $1 FOR UPDATE`, [
    id,
  ]);
  if (!rows[0]) throw new AppError("NOT_FOUND", "There is no list with this id: it may have been deleted.");
  if (version !== undefined && rows[0].version !== version)
    throw new AppError("CHANGED_MEANWHILE", "The list was changed meanwhile: read it again, then repeat the change.");
  await client.query(`UPDATE "lists" SET "version" = "version" + 1, "updated_at" = now() WHERE "id" = $1`, [id]);
}

/** Renames, describes, or reorders a list. @throws AppError NOT_FOUND, INVALID_INPUT, CHANGED_MEANWHILE. */
export async function changeList(
  id: string,
  changed: {
    name?: string | undefined;
    description?: string | undefined;
    testInput?: string | undefined;
    order?: string[] | undefined;
  },
  version: number | undefined,
): Promise<FeatureListing> {
  await inPgTransaction(async (client) => {
    await touch(client, id, version);
    await client.query(
      `UPDATE "lists" SET "name" = coalesce($2, "name"), "description" = coalesce($3, "description"),
         "test_input" = coalesce($4, "test_input") WHERE "id" = $1`,
      [id, changed.name ?? null, changed.description ?? null, changed.testInput ?? null],
    );
    if (!changed.order) return;
    const { rows } = await client.query<{ ref: string }>(`SELECT "ref" FROM "list_items" WHERE "list_id" = $1`, [id]);
    const known = new Set(rows.map((row) => row.ref));
    if (
      changed.order.length !== known.size ||
      new Set(changed.order).size !== known.size ||
      changed.order.some((ref) => !known.has(ref))
    )
      throw new AppError("INVALID_INPUT", "The order must name every feature of the list once: read the list again.");
    await client.query(
      `UPDATE "list_items" i SET "position" = o."position" - 1
       FROM unnest($2::text[]) WITH ORDINALITY AS o("ref", "position") WHERE i."list_id" = $1 AND i."ref" = o."ref"`,
      [id, changed.order],
    );
  });
  return getList(id);
}

/** Deletes a list and answers what it was. @throws AppError NOT_FOUND, CHANGED_MEANWHILE. */
export async function deleteList(id: string, version: number | undefined): Promise<FeatureListing> {
  const before = await getList(id);
  await inPgTransaction(async (client) => {
    await touch(client, id, version);
    await client.query(`DELETE FROM "lists" WHERE "id" = $1`, [id]);
  });
  return before;
}

/**
 * Puts a feature into a list, at its end unless a position is given, or changes its note or place. Again is no fault.
 * @throws AppError NOT_FOUND, TOO_LARGE when the list is full.
 */
export async function putItem(
  id: string,
  ref: string,
  { note, position }: { note?: string | undefined; position?: number | undefined },
): Promise<FeatureListing> {
  const [row] = await rowsOf([ref]);
  if (!row) throw new AppError("NOT_FOUND", `There is no feature ${ref}.`);
  await inPgTransaction(async (client) => {
    await touch(client, id, undefined);
    const { rows } = await client.query<{ ref: string }>(
      `SELECT "ref" FROM "list_items" WHERE "list_id" = $1 ORDER BY "position"`,
      [id],
    );
    const order = rows.map((r) => r.ref);
    const known = order.includes(ref);
    if (!known && order.length >= MOST_ITEMS)
      throw new AppError(
        "TOO_LARGE",
        `A list holds up to ${MOST_ITEMS} features: take one out, or begin another list.`,
      );
    await client.query(
      `INSERT INTO "list_items" ("list_id", "ref", "position", "note") VALUES ($1, $2, $3, $4)
       ON CONFLICT ("list_id", "ref") DO UPDATE SET "note" = coalesce($5, "list_items"."note")`,
      [id, ref, order.length, note ?? "", note ?? null],
    );
    if (position === undefined) return;
    const others = order.filter((r) => r !== ref);
    others.splice(position, 0, ref);
    await client.query(
      `UPDATE "list_items" i SET "position" = o."position" - 1
       FROM unnest($2::text[]) WITH ORDINALITY AS o("ref", "position") WHERE i."list_id" = $1 AND i."ref" = o."ref"`,
      [id, others],
    );
  });
  return getList(id);
}

/** Takes a feature out of a list. Again is no fault. @throws AppError NOT_FOUND when there is no such list. */
export async function removeItem(id: string, ref: string): Promise<FeatureListing> {
  await inPgTransaction(async (client) => {
    await touch(client, id, undefined);
    await client.query(`DELETE FROM "list_items" WHERE "list_id" = $1 AND "ref" = $2`, [id, ref]);
  });
  return getList(id);
}
