import { randomInt } from "node:crypto";
import { defineRoute } from "@/lib/api/define-route";
import { findSae, randomFeatures } from "@/lib/features/list/data";
import { randomFeatureContract } from "@/lib/features/list/schema";

export const GET = defineRoute(randomFeatureContract, async ({ params, query }) => {
  const { seed = randomInt(2 ** 31), n, ...filters } = query;
  const sae = await findSae(params.model, params.sae);
  const found = await randomFeatures(sae, filters, n, seed);
  return { items: found.map((index) => `${sae.ref}/${index}`) };
});
