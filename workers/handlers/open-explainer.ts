import { type EvidenceRow, listRegionSample, readCaptionContrast, type SaeWithModel } from "@/lib/autointerp/data";
import { captionsExplainer } from "@/lib/autointerp/explainers/captions";
import { NO_COST } from "@/lib/autointerp/explainers/cost";
import { openEndpointExplainer, WANTED_IMAGES } from "@/lib/autointerp/explainers/endpoint";
import type { ExplainContext, Explainer } from "@/lib/autointerp/explainers/explainer";
import { paperExplainer } from "@/lib/autointerp/explainers/paper";
import { pipelineExplainer } from "@/lib/autointerp/explainers/pipeline";
import { askElsewhere, type Elsewhere, REGION_QUESTION, selfExplainer } from "@/lib/autointerp/explainers/self";
import type { explainJob } from "@/lib/autointerp/job";
import { localReader } from "@/lib/autointerp/local-reader";
import type { Reader } from "@/lib/autointerp/reader";
import type { GridPlace } from "@/lib/autointerp/region";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { hashOf } from "@/lib/core/hash";
import type { Handler } from "@/lib/jobs/define";
import type { Account } from "@/lib/llm/types";
import { placeGeometry } from "@/lib/media/place-view";
import { openLanguageModel } from "@/lib/model/open";
import { endpointReader } from "./endpoint-reader";
import { shownSamples } from "./shown-samples";

/** Regions of other features that labels by single regions are compared with. */
const CONTRASTS = 160;
/** Captions of images in general. */
const CONTRAST_CAPTIONS = 2000;

export interface OpenedExplainer {
  explainer: Explainer;
  context: ExplainContext;
  /** What the requests to an endpoint add up to; absent where none are made. */
  account?: () => Promise<Account>;
  close(): Promise<void>;
}

type Context = Parameters<Handler<typeof explainJob>>[0];

/** Captions and texts; no model is opened. */
export async function openCaptions(ctx: Context, sae: SaeWithModel): Promise<OpenedExplainer> {
  const context = shownSamples(ctx, () => {
    throw new AppError("INVALID_INPUT", "Captions are read without the images.");
  });
  const explainer = captionsExplainer(await readCaptionContrast(sae, CONTRAST_CAPTIONS));
  return { explainer, context, close: async () => {} };
}

/** An explainer that asks the loaded model. @throws AppError of the model. */
export async function openLocal(
  ctx: Context,
  sae: SaeWithModel,
  name: "self" | "paper" | "pipeline",
): Promise<OpenedExplainer> {
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const context = shownSamples(ctx, (image) => model.geometryFor(image));
    const explainer = await asking(ctx, name, sae, localReader(model), context);
    return { explainer, context, close: () => model.dispose() };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

async function asking(
  ctx: Context,
  name: "self" | "paper" | "pipeline",
  sae: SaeWithModel,
  reader: Reader,
  context: ExplainContext,
): Promise<Explainer> {
  if (name === "paper") return paperExplainer(reader);
  const sample = await regionSample(sae);
  const elsewhere = await knownElsewhere(ctx, sae, reader, sample.regions, context);
  if (name === "self") return selfExplainer(reader, elsewhere, sample.texts);
  return pipelineExplainer(reader, await readCaptionContrast(sae, CONTRAST_CAPTIONS), elsewhere);
}

/** What the loaded model says of regions in general: asked once for the evidence of an SAE, so that one feature can be explained alone. */
async function knownElsewhere(
  { blobs, run }: Context,
  sae: SaeWithModel,
  reader: Reader,
  rows: readonly EvidenceRow[],
  context: ExplainContext,
): Promise<Elsewhere> {
  const asked = hashOf([REGION_QUESTION, sae.model.hash, rows.map(({ index, sampleId }) => [index, sampleId])]);
  const key = `explainers/${sae.id}/${sae.evidence}-${asked.slice(0, 16)}.json`;
  const kept = await blobs.get(key);
  // What the run itself asked before it was interrupted stays in its account.
  if (kept) {
    const { by, ...known } = JSON.parse(Buffer.from(kept).toString("utf8")) as Elsewhere & { by: string };
    return by === run.id ? known : { ...known, cost: NO_COST };
  }
  const elsewhere = await askElsewhere(reader, rows, context);
  await blobs.put(key, Buffer.from(JSON.stringify({ ...elsewhere, by: run.id })));
  return elsewhere;
}

/**
 * The endpoint of EXPLAINER_*.
 * @param doubtful for features in doubt: labels are checked and refined, and it is null instead of an explainer when there is no
 * endpoint, or its model knows only short questions
 * @throws AppError of the endpoint.
 */
export async function openEndpoint(ctx: Context, sae: SaeWithModel): Promise<OpenedExplainer>;
export async function openEndpoint(ctx: Context, sae: SaeWithModel, doubtful: true): Promise<OpenedExplainer | null>;
export async function openEndpoint(ctx: Context, sae: SaeWithModel, doubtful = false): Promise<OpenedExplainer | null> {
  if (doubtful && !env().EXPLAINER_BASE_URL) return null;
  const places = await openPlaces(sae);
  try {
    const context = shownSamples(ctx, places.placeOf);
    const { reader, atOnce, account } = await endpointReader(ctx, WANTED_IMAGES);
    if (doubtful && !reader.instructed) {
      await places.close();
      return null;
    }
    const sample = reader.instructed ? { regions: [], texts: [] } : await regionSample(sae);
    const languages = env().EXPLAINER_LANGUAGES.filter((code) => code !== "en");
    const explainer = await openEndpointExplainer(reader, sample, context, { languages, atOnce, refine: doubtful });
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
