import { join } from "node:path";
import type { StoreManifest } from "@/lib/activations/manifest";
import { env } from "@/lib/core/env";

/** Folder of all activation stores. Shards are read by position, so they stay on the worker's own disk. */
export function storesFolder(): string {
  return join(env().FOVEA_HOME, "activations");
}

/** What a cache of this data set at this site of this model is named by: the same in the job that writes and those that read. */
export function cacheManifest(
  model: { slug: string; hash: string },
  site: string,
  width: number,
  dataset: { slug: string; hash: string },
  template: string,
): StoreManifest {
  return {
    format: "fovea-activations/1",
    model: model.slug,
    revision: model.hash,
    hookpoint: site,
    d: width,
    // Half precision keeps the store at 512 bytes a row for d = 256; codes change in the fourth digit.
    dtype: "F16",
    views: ["base"],
    template,
    seed: 0,
    dataset: { id: dataset.slug, sha256: dataset.hash },
    rows_flagged: { bos: true, norm_factor: 10 },
  };
}
