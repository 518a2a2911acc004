import { samplesById } from "@/lib/datasets/data";
import { decodeMask, poolMask } from "@/lib/datasets/mask";
import { groundOf } from "@/lib/datasets/schema";
import type { SampleFacts } from "@/lib/exemplars/sample-facts";
import type { BlobStore } from "@/lib/storage/blobs";

const PAGE = 500;

/** Tags and pooled region masks of some samples, by id. Samples without known truth have tags only. */
export async function loadFacts(
  ids: readonly number[],
  grid: { rows: number; cols: number },
  blobs: BlobStore,
): Promise<Map<number, SampleFacts>> {
  const out = new Map<number, SampleFacts>();
  for (let from = 0; from < ids.length; from += PAGE) {
    const samples = await samplesById(ids.slice(from, from + PAGE));
    await Promise.all(
      [...samples.values()].map(async ({ id, sha, tags, truth }) => {
        const known = truth && "objects" in truth ? truth : null;
        const mask = known ? await blobs.get(`masks/${sha}`) : null;
        out.set(id, {
          tags,
          ids: mask ? poolMask(decodeMask(mask), grid.rows, grid.cols) : null,
          objectTags: new Map(known?.objects.map((o) => [o.id, [o.kind === "land" ? "land" : o.concept]]) ?? []),
          backgroundTags: known ? groundOf(known).map(({ term }) => term) : [],
        });
      }),
    );
  }
  return out;
}
