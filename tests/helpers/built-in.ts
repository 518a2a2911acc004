// The built-in model and its SAE in a test's database, with features that were not collected, and an image that no scene is.
import { POST as upload } from "@/app/api/v1/images/route";
import { db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import { encodePng, type RgbImage } from "@/lib/media/image";
import { registerModelFolder, registerSaeFolder } from "@/lib/training/register";

export const SLUG = "tiny-llava-emoji";
export const FOLDER = `models/${SLUG}`;
export const SAE = `${SLUG}/4-res-4k`;
export const SITE = "layers.4.resid_post";
export const IMAGE: RgbImage = {
  width: 112,
  height: 112,
  data: Uint8Array.from({ length: 112 * 112 * 3 }, (_, i) => (i * 7 + (i >> 9) * 31) % 251),
};

/** Registers model and SAE; every feature has the maximum 60 and the reference strength 30, and what `facts` adds. */
export async function registerBuiltIn(facts: (index: number) => Partial<Prisma.FeatureCreateManyInput>): Promise<void> {
  await registerModelFolder(FOLDER, { slug: SLUG, title: "Tiny" });
  const sae = await registerSaeFolder(`${FOLDER}/saes/4-res-4k`, { model: SLUG, slug: "4-res-4k", site: SITE });
  await db().feature.createMany({
    data: Array.from({ length: sae.n }, (_, index) => ({
      ...{ saeId: sae.id, index, status: "pending", max: 60, aRef: 30, density: 0.01, mean: 1, std: 1, nFiring: 1 },
      ...{ densityImage: 0, densityText: 0, imageShare: 0, flags: [], tags: [], histogram: {}, neighbours: [] },
      ...facts(index),
    })),
  });
}

/** Uploads IMAGE; answers its hash. */
export async function storeImage(): Promise<string> {
  const png = await encodePng(IMAGE);
  const request = new Request("http://localhost/api/v1/images", { method: "POST", body: new Uint8Array(png) });
  const response = await upload(request, { params: Promise.resolve({}) });
  return ((await response.json()) as { sha: string }).sha;
}
