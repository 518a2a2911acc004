import { AppError } from "@/lib/core/errors";
import { hashOf } from "@/lib/core/hash";
import { squarePng, svgToPng } from "@/lib/media/svg-png";
import { blobs } from "@/lib/storage/blobs";
import { type CardImage, drawCard, SIDE } from "./draw";
import { type Card, cardSchema } from "./schema";

const noted = new Set<string>();
const MOST_NOTED = 20_000;

/**
 * Address of a social card. What it shows is kept under its hash; it is drawn when somebody first asks for it, and from then
 * on its bytes are kept, too.
 */
export async function cardAddress(card: Card): Promise<string> {
  const hash = hashOf(card).slice(0, 32);
  const key = `cards/${hash}.json`;
  if (!noted.has(hash)) {
    if (!(await blobs().has(key))) await blobs().put(key, Buffer.from(JSON.stringify(card)));
    if (noted.size > MOST_NOTED) noted.clear();
    noted.add(hash);
  }
  return `/i/cards/${hash}.png`;
}

/** The PNG of a card by `<hash>.png`. @throws AppError NOT_FOUND */
export async function readCard(file: string): Promise<Uint8Array> {
  const hash = /^([0-9a-f]{32})\.png$/.exec(file)?.[1];
  const kept = hash ? await blobs().get(`cards/${hash}.png`) : null;
  if (kept) return kept;
  const told = hash ? await blobs().get(`cards/${hash}.json`) : null;
  if (!told) throw new AppError("NOT_FOUND", "No card has this hash: open the page that it belongs to.");
  const card = cardSchema.parse(JSON.parse(Buffer.from(told).toString("utf8")));
  const png = await svgToPng(drawCard(card, await Promise.all(card.pictures.map(pictureOf))));
  await blobs().put(`cards/${hash}.png`, png);
  return png;
}

async function pictureOf({ sha, mask }: Card["pictures"][number]): Promise<CardImage | null> {
  const bytes = await blobs().get(`images/${sha}`);
  return bytes && { png: Buffer.from(await squarePng(bytes, SIDE)).toString("base64"), mask };
}
