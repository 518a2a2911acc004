import { hashOf } from "@/lib/core/hash";
import { squarePng, svgToPng } from "@/lib/media/svg-png";
import { blobs } from "@/lib/storage/blobs";
import { type CardImage, drawCard, SIDE } from "./draw";
import type { Card } from "./types";

/** A social card as PNG, 1200 by 630; drawn once, and from then on kept under the hash of what it shows. */
export async function cardPng(card: Card): Promise<Uint8Array> {
  const key = `cards/${hashOf(card).slice(0, 32)}.png`;
  const kept = await blobs().get(key);
  if (kept) return kept;
  const png = await svgToPng(drawCard(card, await Promise.all(card.pictures.map(pictureOf))));
  await blobs().put(key, png);
  return png;
}

async function pictureOf({ sha, mask }: Card["pictures"][number]): Promise<CardImage | null> {
  const bytes = await blobs().get(`images/${sha}`);
  return bytes && { png: Buffer.from(await squarePng(bytes, SIDE)).toString("base64"), mask };
}
