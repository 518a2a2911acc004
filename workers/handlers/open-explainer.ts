import { listRegionSample, type SaeWithModel } from "@/lib/autointerp/data";
import { openEndpointExplainer, WANTED_IMAGES } from "@/lib/autointerp/explainers/endpoint";
import type { ExplainContext, Explainer } from "@/lib/autointerp/explainers/explainer";
import { openSelfExplainer } from "@/lib/autointerp/explainers/self";
import type { explainJob } from "@/lib/autointerp/job";
import { localReader } from "@/lib/autointerp/local-reader";
import type { GridPlace } from "@/lib/autointerp/region";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import type { Handler } from "@/lib/jobs/define";
import type { Account } from "@/lib/llm/types";
import { placeGeometry } from "@/lib/media/place-view";
import { openLanguageModel } from "@/lib/model/open";
import { endpointReader } from "./endpoint-reader";
import { shownSamples } from "./shown-samples";

/** Regions of other features that labels by single regions are compared with. */
const CONTRASTS = 160;

export interface OpenedExplainer {
  explainer: Explainer;
  context: ExplainContext;
  /** What the requests to an endpoint add up to; absent where none are made. */
  account?: () => Promise<Account>;
  close(): Promise<void>;
}

type Context = Parameters<Handler<typeof explainJob>>[0];

/** Opens the explainer that a run names. @throws AppError of the model or the endpoint. */
export function openExplainer(ctx: Context, sae: SaeWithModel): Promise<OpenedExplainer> {
  switch (ctx.params.explainer) {
    case "self":
      return openSelf(ctx, sae);
    case "endpoint":
      return openEndpoint(ctx, sae);
    default:
      throw new AppError("INVALID_INPUT", `The explainer "${ctx.params.explainer}" is not part of this version.`);
  }
}

async function openSelf(ctx: Context, sae: SaeWithModel): Promise<OpenedExplainer> {
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const context = shownSamples(ctx, (image) => model.geometryFor(image));
    const explainer = await openSelfExplainer(localReader(model), await regionSample(sae), context);
    return { explainer, context, close: () => model.dispose() };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

async function openEndpoint(ctx: Context, sae: SaeWithModel): Promise<OpenedExplainer> {
  const places = await openPlaces(sae);
  try {
    const context = shownSamples(ctx, places.placeOf);
    const { reader, atOnce, account } = await endpointReader(ctx, WANTED_IMAGES);
    const sample = reader.instructed ? { regions: [], texts: [] } : await regionSample(sae);
    const languages = env().EXPLAINER_LANGUAGES.filter((code) => code !== "en");
    const explainer = await openEndpointExplainer(reader, sample, context, { languages, atOnce });
    return { explainer, context, account, close: places.close };
  } catch (error) {
    await places.close();
    throw error;
  }
}

const regionSample = async (sae: SaeWithModel) => ({
  regions: await listRegionSample(sae.id, "image", CONTRASTS),
  texts: await listRegionSample(sae.id, "text", CONTRASTS),
});

/** Where grids lie on images. Only a model that cuts images into tiles must be opened to know. */
async function openPlaces(sae: SaeWithModel) {
  const [base] = sae.model.geometries as unknown as (GridPlace & Parameters<typeof placeGeometry>[0])[];
  if (base && base.resize !== "tile") {
    const placeOf = (image: { width: number; height: number }) => placeGeometry(base, image.width, image.height);
    return { placeOf, close: async () => {} };
  }
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  return {
    placeOf: (image: { width: number; height: number }) => model.geometryFor(image),
    close: () => model.dispose(),
  };
}
