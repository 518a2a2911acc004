import { decodeMask, poolMask } from "@/lib/datasets/mask";
import type { Corpus } from "@/lib/exemplars/codes";
import { CorpusFacts } from "@/lib/exemplars/corpus-facts";
import { eachFacts } from "@/lib/exemplars/data";
import type { FacetFacts } from "@/lib/exemplars/facets";
import type { JobContext } from "@/lib/jobs/define";
import { UNSEEN_STYLE } from "@/lib/world/atlas";

/** Masks read at once. */
const PARALLEL = 32;

/** What is known of the samples of a corpus: words, tags and sources as numbers, and facets by dense index. */
export interface KnownFacts {
  corpus: CorpusFacts;
  facets: ReadonlyMap<number, FacetFacts>;
}

/** Reads captions, tags, sources, and the masks of images on which words are written. */
export async function loadKnownFacts(
  ctx: Pick<JobContext, "blobs" | "signal">,
  datasetId: string,
  corpus: Corpus,
  grid: { rows: number; cols: number },
): Promise<KnownFacts> {
  const facts = new CorpusFacts();
  const facets = new Map<number, FacetFacts>();
  let waiting: Promise<void>[] = [];
  let sample = 0;
  for await (const row of eachFacts(datasetId)) {
    ctx.signal.throwIfAborted();
    const at = sample++;
    facts.add(row, corpus.first[at] === at);
    const known: FacetFacts = { unseen: row.style === UNSEEN_STYLE };
    if (known.unseen || row.signs.length > 0) facets.set(at, known);
    if (row.signs.length === 0) continue;
    const noted = signsOf(ctx, row.sha, row.signs, grid).then((signs) => {
      known.signs = signs;
    });
    waiting.push(noted);
    if (waiting.length >= PARALLEL) {
      await Promise.all(waiting);
      waiting = [];
    }
  }
  await Promise.all(waiting);
  return { corpus: facts, facets };
}

/** 1 for each cell that is mostly covered by one of the words; undefined when the image has no mask. */
async function signsOf(
  ctx: Pick<JobContext, "blobs">,
  sha: string,
  words: readonly number[],
  grid: { rows: number; cols: number },
): Promise<Uint8Array | undefined> {
  const mask = await ctx.blobs.get(`masks/${sha}`);
  if (!mask) return undefined;
  const ids = new Set(words);
  return poolMask(decodeMask(mask), grid.rows, grid.cols).map((id) => (ids.has(id) ? 1 : 0));
}
