import { emptyCache } from "@/lib/model/cache";
import { freshMask, type Pass } from "@/lib/model/decoder";
import { editing, matrices, placesOf } from "@/lib/model/edits";
import type { Answerer } from "@/lib/model/generate";
import { positionsOf } from "@/lib/model/positions";
import type { Prompt } from "@/lib/model/prompt";
import type { SiteEdit, VersionLogitsInput } from "@/lib/model/types";
import { type Matrix, rowRange } from "@/lib/tensor/matrix";

/** Versions that run together, and bytes that their logits may take. */
const BATCH = 16;
const LOGIT_BYTES = 128 * 2 ** 20;

/**
 * Logits of a whole prompt in several versions; see VisionLanguageModel.versionLogits.
 * @param parts cut at the sites of all versions' edits.
 * @param alone versions must not run together: their edits lie in the vision tower, or rows change each other.
 */
export async function* versionLogits(
  parts: Answerer,
  prompt: Prompt,
  { versions, from = 0, batch, signal }: VersionLogitsInput,
  alone: boolean,
): AsyncGenerator<Matrix> {
  const keep = prompt.ids.length - from;
  if (!(keep > 0)) throw new RangeError(`logits from token ${from} on were asked of a prompt of ${prompt.ids.length}`);
  const fit = Math.max(1, Math.floor(LOGIT_BYTES / (4 * keep * parts.vocab)));
  const step = alone ? 1 : Math.max(1, batch ?? Math.min(BATCH, fit));
  const rowsOf = (logits: Float32Array, rows: number): Matrix[] => {
    const all: Matrix = { data: logits, rows: rows * keep, cols: parts.vocab };
    return Array.from({ length: rows }, (_, r) => rowRange(all, r * keep, (r + 1) * keep));
  };
  if (alone) {
    for (const edits of versions) {
      signal?.throwIfAborted();
      const pass = await passOf(parts, prompt, keep, edits);
      const { shape } = parts.decoder;
      const at = editing(edits, [placesOf(prompt)]);
      yield* rowsOf((await parts.decoder.run(pass, emptyCache(shape.slots, 1), freshMask(1), at)).logits, 1);
    }
    return;
  }
  const pass = await passOf(parts, prompt, keep, []);
  const begun = await parts.decoder.begin(pass);
  const places = placesOf(prompt);
  for (let at = 0; at < versions.length; at += step) {
    signal?.throwIfAborted();
    const some = versions.slice(at, at + step);
    const { logits } = await parts.decoder.finish(pass, begun, some.length, async (site, hidden) => {
      for (const [r, states] of matrices(hidden).entries()) {
        for (const edit of some[r]!) if (edit.site === site) await edit.apply(states, places);
      }
    });
    yield* rowsOf(logits, some.length);
  }
}

async function passOf(
  { decoder, embedder }: Answerer,
  prompt: Prompt,
  logits: number,
  edits: readonly SiteEdit[],
): Promise<Pass> {
  const inputs = await embedder.embed([prompt], { atSite: editing(edits, []) });
  const positions = [positionsOf(prompt, decoder.shape.positionAxes)];
  return { inputs, rows: 1, tokens: prompt.ids.length, positions, logits };
}
