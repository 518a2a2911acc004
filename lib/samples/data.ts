import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { decodeImage } from "@/lib/media/image";
import { placeGeometry } from "@/lib/media/place-view";
import { blobs } from "@/lib/storage/blobs";
import type { Geometry, ImageInfo, Sample } from "./schema";

interface SampleRow {
  sha: string;
  width: number | null;
  height: number | null;
  caption: string | null;
  tags: string[];
  thumbhash: string | null;
}

/** The public shape of an image row. */
export function toImageInfo(row: SampleRow, licence: string | null = null, source: string | null = null): ImageInfo {
  const alt = row.caption ?? (row.tags.length > 0 ? row.tags.join(", ") : "an image without a caption");
  return {
    sha: row.sha,
    width: row.width ?? 1,
    height: row.height ?? 1,
    caption: row.caption,
    tags: row.tags,
    alt,
    thumbhash: row.thumbhash,
    sensitive: false,
    licence,
    source,
  };
}

/**
 * A stored sample by its hash or a unique prefix of 12 hex digits or more.
 * @throws AppError NOT_FOUND when there is none, or the prefix fits several.
 */
export async function getSample(sha: string, modelSlug?: string): Promise<Sample> {
  const rows = await db().sample.findMany({
    where: { sha: sha.length === 64 ? sha : { startsWith: sha } },
    include: { dataset: { select: { slug: true, licence: true, source: true } } },
    take: 20,
  });
  const row = rows[0];
  if (!row || rows.some((r) => r.sha !== row.sha)) {
    throw new AppError(
      "NOT_FOUND",
      row ? "Several samples begin like this: give more digits." : "No sample has this hash.",
    );
  }
  const image = row.kind === "image" ? toImageInfo(row, row.dataset.licence, row.dataset.source) : null;
  return {
    kind: row.kind === "image" ? "image" : "text",
    sha: row.sha,
    image,
    text: row.text,
    tags: row.tags,
    datasets: rows.map((r) => ({ slug: r.dataset.slug, ordinal: r.ordinal })),
    geometries: image && modelSlug ? await geometriesOn(modelSlug, image) : [],
    truth: row.truth,
  };
}

async function geometriesOn(modelSlug: string, image: ImageInfo): Promise<Geometry[]> {
  const model = await db().model.findUnique({ where: { slug: modelSlug }, select: { geometries: true } });
  if (!model) throw new AppError("NOT_FOUND", `There is no model "${modelSlug}".`);
  return (model.geometries as unknown as Geometry[]).map((g) => placeGeometry(g, image.width, image.height));
}

/**
 * A stored image by its hash, or a unique prefix of it if it is a sample. Of one that a request brought only the size is known.
 * @throws AppError NOT_FOUND, IMAGE_UNREADABLE.
 */
export async function getImage(sha: string): Promise<ImageInfo> {
  const brought = sha.length === 64 && (await db().sample.count({ where: { sha } })) === 0;
  const bytes = brought ? await blobs().get(`images/${sha}`) : null;
  if (bytes) {
    const { width, height } = await decodeImage(bytes);
    return toImageInfo({ sha, width, height, caption: null, tags: [], thumbhash: null });
  }
  const { image } = await getSample(sha);
  if (image) return image;
  throw new AppError("NOT_FOUND", "The sample of this hash is a text.");
}

/** Images to choose from: the first ones of the data set that came last. */
export async function listRecentImages(n: number): Promise<ImageInfo[]> {
  const last = await db().sample.findFirst({ where: { kind: "image" }, orderBy: { id: "desc" } });
  if (!last) return [];
  const where = { kind: "image", datasetId: last.datasetId };
  return (await db().sample.findMany({ where, orderBy: { ordinal: "asc" }, take: n })).map((row) => toImageInfo(row));
}

/** @throws AppError NOT_FOUND when no image of that hash is stored. */
export async function assertImage(sha: string | null): Promise<void> {
  if (sha === null || (await blobs().has(`images/${sha}`))) return;
  throw new AppError("NOT_FOUND", `No stored image has the hash ${sha.slice(0, 12)}...: upload it to /api/v1/images.`);
}

/** Size of a stored image in pixels, of a data set or brought by a request; null when there is none of that hash. */
export async function imageSize(sha: string | null): Promise<{ width: number; height: number } | null> {
  if (!sha || !/^[0-9a-f]{64}$/.test(sha)) return null;
  const row = await db().sample.findFirst({ where: { sha, kind: "image" }, select: { width: true, height: true } });
  if (row?.width && row.height) return { width: row.width, height: row.height };
  const bytes = await blobs().get(`images/${sha}`);
  if (!bytes) return null;
  const { width, height } = await decodeImage(bytes);
  return { width, height };
}
