import "server-only";
import { isAppError } from "@/lib/core/errors";
import type { PageQuery } from "@/lib/core/page";
import { getFeature } from "@/lib/features/data";
import { exemplarsQuery, type Feature } from "@/lib/features/schema";
import { sharedImages } from "./data";
import { MOST_COMPARED, refSchema } from "./schema";
import type { ComparePageData } from "./types";

const TOP_IMAGES = 12;
const SHARED_IMAGES = 12;

/** Refs of an address, each once, at most four; what is no ref is left out. */
export function refsOf(query: PageQuery): string[] {
  const given = [query.f ?? []].flat().flatMap((text) => text.split(","));
  return [...new Set(given.map((ref) => ref.trim()))]
    .filter((ref) => refSchema.safeParse(ref).success)
    .slice(0, MOST_COMPARED);
}

/** The features of the address side by side, and the images that they share. */
export async function loadCompare(query: PageQuery): Promise<ComparePageData> {
  const refs = refsOf(query);
  const wanted = exemplarsQuery.parse({ modality: "image", limit: TOP_IMAGES });
  const found = await Promise.all(
    refs.map((ref) => {
      const [model, sae, index] = ref.split("/") as [string, string, string];
      return getFeature(model, sae, Number(index), wanted).catch((error: unknown) => {
        if (isAppError(error) && error.code === "NOT_FOUND") return null;
        throw error;
      });
    }),
  );
  const features = found.filter((f): f is Feature => f !== null);
  const missing = refs.filter((_, i) => found[i] === null);
  const { shared, total } =
    features.length > 1
      ? await sharedImages(
          features.map((f) => f.ref),
          SHARED_IMAGES,
        )
      : { shared: [], total: 0 };
  return { features, shared, nShared: total, missing };
}
