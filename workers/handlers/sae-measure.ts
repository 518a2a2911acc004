import { join, resolve } from "node:path";
import { z } from "zod";
import { env } from "@/lib/core/env";
import { measureConcepts } from "@/lib/datasets/concept-report";
import { sourceSchema } from "@/lib/datasets/schema";
import { done, type Handler } from "@/lib/jobs/define";
import { evaluationSet, findEncoder, findMeasurable, readMeasured } from "@/lib/measure/data";
import type { measureJob } from "@/lib/measure/job";
import { saveMeasures } from "@/lib/measure/mutations";
import type { MeasureResult } from "@/lib/measure/types";
import { openModel } from "@/lib/model/open";
import { loadSae } from "@/lib/sae/sparsify";
import { openAtlas } from "@/lib/world/atlas";
import { measureImages } from "./measure-images";
import { measureLanguage } from "./measure-language";

const cursorSchema = z.object({
  measured: z.array(z.string()),
  leftOut: z.array(z.object({ part: z.string(), reason: z.string() })),
});

/**
 * Measures an SAE part by part; each is written when it is there, and an interrupted run goes on with the next. A part that
 * cannot be measured is left out with a reason, and what was known of it stays.
 */
export const handleMeasure: Handler<typeof measureJob> = async (ctx) => {
  const { examples, scenes, images } = ctx.params;
  const row = await findMeasurable(ctx.params.saeId);
  const { dataset, trained } = await evaluationSet(row, ctx.params.dataset);
  const sae = await loadSae(resolve(row.checkpoint));
  const model = await openModel(row.model.location, { slug: row.model.slug });
  const state = cursorSchema.safeParse(ctx.cursor).data ?? { measured: [], leftOut: [] };
  /** Runs one part unless an earlier attempt did; a text in place of its figures says why there are none. */
  const part = async (name: string, column: string, measure: () => Promise<object | string>) => {
    if (state.measured.includes(name) || state.leftOut.some((one) => one.part === name)) return;
    const found = await measure();
    if (typeof found === "string") state.leftOut.push({ part: name, reason: found });
    else {
      await saveMeasures(row.id, { [column]: found });
      state.measured.push(name);
    }
    await ctx.saveCursor(state);
  };
  try {
    if (examples > 0) {
      await part("cross-entropy", "ce", async () => {
        if (model.kind === "vision") return `${model.slug} has no words whose cross-entropy could be taken.`;
        const given = { model, site: row.site, sae, dataset, trained };
        return (await measureLanguage(ctx, given, examples)) ?? `${dataset.slug} has no samples that were held out.`;
      });
    }
    if (scenes > 0) {
      await part("concepts", "conceptF1", async () => {
        if (sourceSchema.safeParse(dataset.config).data?.kind !== "world") {
          return `Regions of ${dataset.slug} have no known truth.`;
        }
        const known = readMeasured(row.metrics).concepts;
        if (known && known.scenes >= scenes) return `Measured before on ${known.scenes} scenes, which stay.`;
        const atlas = await openAtlas(join(env().FOVEA_HOME, "cache"));
        const [report] = await measureConcepts({ model, atlas, site: row.site, saes: [sae] }, scenes, {
          signal: ctx.signal,
          report: (done, total) =>
            ctx.progress({ stage: "concepts", done, total, message: "Looking for concepts in new scenes." }),
        });
        return report!;
      });
    }
    if (images > 0) {
      await part("monosemanticity", "monosemanticity", async () => {
        const encoder = await findEncoder(row.modelId, ctx.params.encoder);
        return measureImages(ctx, { row, sae, dataset, trained, encoder }, images);
      });
    }
    const result: MeasureResult = { saeId: row.id, ...state };
    return done(result);
  } finally {
    await model.dispose();
  }
};
