import {
  countByStatus,
  getCollectedSae,
  listRegionSample,
  readCaptionContrast,
  type SaeWithModel,
} from "@/lib/autointerp/data";
import { captionsExplainer } from "@/lib/autointerp/explainers/captions";
import type { ExplainContext, Explainer } from "@/lib/autointerp/explainers/explainer";
import { paperExplainer } from "@/lib/autointerp/explainers/paper";
import { openPipelineExplainer } from "@/lib/autointerp/explainers/pipeline";
import { openSelfExplainer } from "@/lib/autointerp/explainers/self";
import type { ExplainPass, ExplainResult, explainJob } from "@/lib/autointerp/job";
import { localReader } from "@/lib/autointerp/local-reader";
import type { Reader } from "@/lib/autointerp/reader";
import { EXPLANATION_STATUSES, type ExplainerName } from "@/lib/autointerp/schema";
import { done, type Handler } from "@/lib/jobs/define";
import { openLanguageModel } from "@/lib/model/open";
import { startEmbed } from "@/lib/search/meaning/mutations";
import { explainPass } from "./explain-pass";
import { shownSamples } from "./shown-samples";

/** What is looked at in general, so that a label can be told from what is everywhere. */
const CONTRAST_REGIONS = 160;
const CONTRAST_CAPTIONS = 2000;

export const handleExplain: Handler<typeof explainJob> = async (ctx) => {
  const { explainer: name, limit, features, budget } = ctx.params;
  const sae = await getCollectedSae(ctx.params.saeId);
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const context = shownSamples(ctx, (image) => model.geometryFor(image));
    const passes: ExplainPass[] = [];
    const pass = async (
      explainer: Explainer,
      order: "density" | "need",
      options: Parameters<typeof explainPass>[4],
    ) => {
      passes.push(await explainPass(ctx, sae, explainer, context, { features, order, ...options }));
    };
    // The cheap one for all, whatever the budget: it asks nobody.
    if (name === "captions" || name === "pipeline")
      await pass(captionsExplainer(await readCaptionContrast(sae, CONTRAST_CAPTIONS)), "density", {});
    if (name !== "captions") {
      const explainer = await openExplainer(name, sae, localReader(model), context);
      await pass(explainer, name === "pipeline" ? "need" : "density", { limit, budget });
    }
    await startEmbed();
    const counts = await countByStatus(sae.id);
    const statuses = EXPLANATION_STATUSES.map((status) => [status, counts[status] ?? 0]);
    return done({ ...Object.fromEntries(statuses), passes } as ExplainResult);
  } finally {
    await model.dispose();
  }
};

/** The explainer of that name, with what it compares features with. */
async function openExplainer(
  name: Exclude<ExplainerName, "captions">,
  sae: SaeWithModel,
  reader: Reader,
  context: ExplainContext,
): Promise<Explainer> {
  if (name === "paper") return paperExplainer(reader);
  const regions = await listRegionSample(sae.id, "image", CONTRAST_REGIONS);
  if (name === "pipeline")
    return openPipelineExplainer(reader, await readCaptionContrast(sae, CONTRAST_CAPTIONS), regions, context);
  const texts = await listRegionSample(sae.id, "text", CONTRAST_REGIONS);
  return openSelfExplainer(reader, { regions, texts }, context);
}
