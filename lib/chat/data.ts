import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { Model } from "@/lib/db/generated/client";

/** A model in OpenAI's list. */
export interface ChatModel {
  id: string;
  object: "model";
  created: number;
  owned_by: "fovea";
}

const shown = ({ slug, createdAt }: Pick<Model, "slug" | "createdAt">): ChatModel => ({
  id: slug,
  object: "model",
  created: Math.floor(createdAt.getTime() / 1000),
  owned_by: "fovea",
});

/** Models that can answer, in order of creation. */
export async function listChatModels(): Promise<ChatModel[]> {
  const rows = await db().model.findMany({ where: { kind: { not: "vision" } }, orderBy: { createdAt: "asc" } });
  return rows.map(shown);
}

/** @throws AppError NOT_FOUND, INVALID_INPUT for a vision tower. */
export async function getChatModel(slug: string): Promise<Model> {
  const row = await db().model.findUnique({ where: { slug } });
  const wrong = (code: "NOT_FOUND" | "INVALID_INPUT", message: string) =>
    new AppError(code, message, { errors: [{ path: "model", message }] });
  if (!row)
    throw wrong("NOT_FOUND", `There is no model "${slug.slice(0, 64)}": GET /v1/models lists those that exist.`);
  if (row.kind === "vision") throw wrong("INVALID_INPUT", `${slug} is a vision tower: it cannot answer.`);
  return row;
}

/** @throws AppError as `getChatModel`. */
export async function readChatModel(slug: string): Promise<ChatModel> {
  return shown(await getChatModel(slug));
}
