import { settleLabels } from "@/lib/autointerp/label/mutations";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { inPgTransaction } from "@/lib/db/copy";
import { startEmbed } from "@/lib/search/meaning/mutations";
import type { Explanation } from "../schema";
import { getExplanation } from "./data";

/** Writes an explanation of a feature. @throws AppError NOT_FOUND */
export async function writeExplanation(
  model: string,
  sae: string,
  index: number,
  text: string,
  author: string,
): Promise<Explanation> {
  const where = { index, sae: { slug: sae, model: { slug: model } } };
  const feature = await db().feature.findFirst({ where, select: { saeId: true } });
  if (!feature) throw new AppError("NOT_FOUND", `There is no feature ${model}/${sae}/${index}.`);
  const id = newId("explanation");
  await inPgTransaction(async (client) => {
    await client.query(
      `INSERT INTO "explanations" ("id", "sae_id", "index", "text", "status", "explainer", "prompt_version", "evidence", "cost", "author")
       VALUES ($1, $2, $3, $4, 'explained', 'human', $1, '{}', '{}', $5)`,
      [id, feature.saeId, index, text, author],
    );
    await settleLabels(client, feature.saeId, [index]);
    await client.query("SELECT fovea_note_words(ARRAY[$1])", [text]);
  });
  await startEmbed();
  return getExplanation(id);
}

/**
 * Changes the words of what a person wrote. Scores, votes and answers of blind tests were given to the old words: they go.
 * @throws AppError NOT_FOUND, INVALID_INPUT for a model's explanation.
 */
export async function editExplanation(id: string, text: string): Promise<Explanation> {
  const before = await getExplanation(id);
  if (before.explainer !== "human")
    throw new AppError("INVALID_INPUT", "Only explanations that a person wrote can be edited: write one of your own.");
  if (before.text === text) return before;
  await inPgTransaction(async (client) => {
    for (const table of ["scores", "votes", "blind_answers"])
      await client.query(`DELETE FROM "${table}" WHERE "explanation_id" = $1`, [id]);
    const { rows } = await client.query<{ sae_id: string; index: number }>(
      `UPDATE "explanations" SET "text" = $2, "translations" = NULL WHERE "id" = $1 RETURNING "sae_id", "index"`,
      [id, text],
    );
    if (rows[0]) await settleLabels(client, rows[0].sae_id, [rows[0].index]);
    await client.query("SELECT fovea_note_words(ARRAY[$1])", [text]);
  });
  await startEmbed();
  return getExplanation(id);
}

/** Deletes what a person wrote and answers what it was. @throws AppError NOT_FOUND, INVALID_INPUT for a model's explanation. */
export async function deleteExplanation(id: string): Promise<Explanation> {
  const before = await getExplanation(id);
  if (before.explainer !== "human")
    throw new AppError("INVALID_INPUT", "Only explanations that a person wrote can be deleted: vote against this one.");
  await inPgTransaction(async (client) => {
    const { rows } = await client.query<{ sae_id: string; index: number }>(
      `DELETE FROM "explanations" WHERE "id" = $1 RETURNING "sae_id", "index"`,
      [id],
    );
    if (rows[0]) await settleLabels(client, rows[0].sae_id, [rows[0].index]);
  });
  return before;
}

/** Pins an explanation as the label, or lets the rule choose again. @throws AppError NOT_FOUND, INVALID_INPUT without a text. */
export async function pinLabel(id: string, pinned: boolean): Promise<Explanation> {
  const { text } = await getExplanation(id);
  if (text === null) throw new AppError("INVALID_INPUT", "This attempt has no words to be a label.");
  await inPgTransaction(async (client) => {
    const { rows } = await client.query<{ sae_id: string; index: number }>(
      `SELECT "sae_id", "index" FROM "explanations" WHERE "id" = $1`,
      [id],
    );
    const { sae_id, index } = rows[0] as { sae_id: string; index: number };
    await client.query(
      `UPDATE "explanations" SET "pinned" = ("id" = $3 AND $4) WHERE "sae_id" = $1 AND "index" = $2
        AND "pinned" IS DISTINCT FROM ("id" = $3 AND $4)`,
      [sae_id, index, id, pinned],
    );
    await settleLabels(client, sae_id, [index]);
  });
  return getExplanation(id);
}

/** One person's vote: 1, -1, or 0 to take it back. Voting again changes it. @throws AppError NOT_FOUND */
export async function vote(
  id: string,
  voter: string,
  value: 1 | 0 | -1,
): Promise<{ votes: Explanation["votes"]; own: number }> {
  await getExplanation(id);
  await inPgTransaction(async (client) => {
    if (value === 0)
      await client.query(`DELETE FROM "votes" WHERE "explanation_id" = $1 AND "voter" = $2`, [id, voter]);
    else
      await client.query(
        `INSERT INTO "votes" ("explanation_id", "voter", "value") VALUES ($1, $2, $3)
         ON CONFLICT ("explanation_id", "voter") DO UPDATE SET "value" = $3`,
        [id, voter, value],
      );
    const { rows } = await client.query<{ sae_id: string; index: number }>(
      `UPDATE "features" f SET "version" = f."version" + 1 FROM "explanations" e
        WHERE e."id" = $1 AND f."sae_id" = e."sae_id" AND f."index" = e."index" RETURNING f."sae_id", f."index"`,
      [id],
    );
    for (const row of rows) await settleLabels(client, row.sae_id, [row.index]);
  });
  return { votes: (await getExplanation(id)).votes, own: value };
}
