import { isAbsolute } from "node:path";
import type { ExplanationEvidence } from "@/lib/autointerp/schema";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { readPrepared } from "@/lib/db/prepared";
import { placeGeometry } from "@/lib/media/place-view";
import { toImageInfo } from "@/lib/samples/data";
import type { Geometry } from "@/lib/samples/schema";
import { type ExplanationRow, scoresByName, scoresOfLabel, toExplanation, translated } from "./explanations/data";
import type { ShownSamples } from "./explanations/schema";
import { EXEMPLARS, FEATURE, SHOWN } from "./feature-sql";
import { companyOf } from "./relations/data";
import type { Band, BandId, Exemplar, Exemplars, ExemplarsQuery, Feature, Neighbour } from "./schema";
import { stripUrl } from "./strip";

export { stripUrl };

type StoredHistogram = Feature["histogram"] & { bands: Band[] };

/** What one band is made from: columns of EXEMPLARS. */
interface EvidenceRow {
  geometries: Geometry[];
  max: number;
  aRef: number;
  nFiring: number;
  histogram: Partial<StoredHistogram> | null;
  exemplars: ExemplarRow[];
}

interface ExemplarRow extends Omit<Exemplar, "image" | "geometry" | "tokens" | "peakAt" | "sample" | "facet" | "why"> {
  why: string | null;
  sampleId: number;
  peakAt: number;
  tokens: string[];
  sample: Parameters<typeof toImageInfo>[0] | null;
}

/** Columns of FEATURE. */
interface Row
  extends EvidenceRow,
    Omit<
      Feature,
      | "ref"
      | "model"
      | "sae"
      | "label"
      | "histogram"
      | "geometries"
      | "exemplars"
      | "explanations"
      | "ownScores"
      | "neighbours"
      | "firesWith"
    > {
  saeId: string;
  status: string;
  label: string | null;
  translations: unknown;
  version: number;
  site: string;
  architecture: string;
  normalisation: string | null;
  dataset: string | null;
  modelFolder: string;
  checkpoint: string;
  saeHash: string;
  evidence: string | null;
  evidenceN: Record<string, unknown> | null;
  neighbours: unknown;
  relations: unknown;
  names: Omit<Neighbour, "ref" | "value">[];
  explanations: ExplanationRow[];
  ownScores: ExplanationRow["scores"];
  previous: number | null;
  next: number | null;
}

function parametersOf(saeRef: string, index: number, { band, by, modality, limit }: ExemplarsQuery) {
  return [saeRef, index, band, by, modality, limit];
}

async function readRow<R extends EvidenceRow>(
  statement: typeof FEATURE,
  saeRef: string,
  index: number,
  query: ExemplarsQuery,
): Promise<R> {
  const [row] = await readPrepared<R & Record<string, unknown>>(statement, parametersOf(saeRef, index, query));
  if (!row) throw new AppError("NOT_FOUND", `There is no feature ${saeRef}/${index}.`);
  return row;
}

/** A feature and the live ones around it in order of number, null at the ends. */
export interface FeatureBetween {
  feature: Feature;
  saeId: string;
  previous: number | null;
  next: number | null;
}

/**
 * One feature with its first band of evidence, its explanations and its neighbours, in one round trip.
 * @throws AppError NOT_FOUND
 */
export async function getFeatureBetween(
  model: string,
  sae: string,
  index: number,
  query: ExemplarsQuery,
): Promise<FeatureBetween> {
  const row = await readRow<Row>(FEATURE, `${model}/${sae}`, index, query);
  return { feature: toFeature(model, sae, row, query), saeId: row.saeId, previous: row.previous, next: row.next };
}

/** The feature alone. @throws AppError NOT_FOUND */
export async function getFeature(model: string, sae: string, index: number, query: ExemplarsQuery): Promise<Feature> {
  return (await getFeatureBetween(model, sae, index, query)).feature;
}

function toFeature(model: string, sae: string, row: Row, query: ExemplarsQuery): Feature {
  const exemplars = toExemplars(row, query);
  const explanations = row.explanations.map(toExplanation);
  const { bands, ...histogram } = storedHistogram(row);
  return {
    ref: `${model}/${sae}/${row.index}`,
    model,
    sae,
    index: row.index,
    label: {
      text: row.label,
      status: row.status,
      explanation: explanations.find((e) => e.isLabel)?.id ?? null,
      ...translated(row.translations),
    },
    kind: row.kind,
    density: row.density,
    densityImage: row.densityImage,
    densityText: row.densityText,
    max: row.max,
    mean: row.mean,
    std: row.std,
    aRef: row.aRef,
    nFiring: row.nFiring,
    nSamples: typeof row.evidenceN?.samples === "number" ? row.evidenceN.samples : null,
    imageShare: row.imageShare,
    crossModal: row.crossModal,
    flags: row.flags,
    tags: row.tags,
    scores: scoresOfLabel(explanations),
    ownScores: scoresByName(row.ownScores),
    histogram,
    logits: row.logits,
    positionMap: row.positionMap,
    bands,
    geometries: exemplars.geometries,
    exemplars,
    explanations,
    ...companyOf(row, `${model}/${sae}`),
    words: row.words,
    shortcut: row.shortcut,
    twin: row.twin,
    strip: stripUrl(row.strip),
    provenance: {
      site: row.site,
      architecture: row.architecture,
      normalisation: row.normalisation ?? "none",
      dataset: row.dataset,
      modelFolder: belowProject(row.modelFolder),
      checkpoint: belowProject(row.checkpoint),
      evidence: row.evidenceN,
    },
    versions: { sae: row.saeHash.slice(0, 8), evidence: row.evidence, feature: row.version },
  };
}

/** A folder as it is named below the project; null for other places, whose paths are nobody's business. */
function belowProject(folder: string): string | null {
  return folder === "" || isAbsolute(folder) || folder.startsWith("..") ? null : folder;
}

function storedHistogram(row: Pick<EvidenceRow, "histogram">): StoredHistogram {
  const { zero = 0, zeroSamples = 0, edges = [], counts = [], image = [], text = [], bands = [] } = row.histogram ?? {};
  return { zero, zeroSamples, edges, counts, image, text, bands };
}

/** The samples of one band. @throws AppError NOT_FOUND */
export async function listExemplars(
  model: string,
  sae: string,
  index: number,
  query: ExemplarsQuery,
): Promise<Exemplars> {
  return toExemplars(await readRow<EvidenceRow>(EXEMPLARS, `${model}/${sae}`, index, query), query);
}

/**
 * What the explainer of an explanation was shown, with the answers given.
 * @throws AppError NOT_FOUND
 */
export async function getShown(explanationId: string): Promise<ShownSamples> {
  type ShownRow = EvidenceRow & { shown: ExplanationEvidence["exemplars"] | null };
  const [row] = await readPrepared<ShownRow & Record<string, unknown>>(SHOWN, [explanationId]);
  if (!row) throw new AppError("NOT_FOUND", "There is no explanation with this id.");
  const keyOf = (band: string, sample: number, text: boolean) => `${band}/${sample}/${text}`;
  const answers = new Map(row.shown?.map((e) => [keyOf(e.band, e.sampleId, e.kind === "text"), e.answers]));
  const { geometries, aRef, items } = toExemplars(row, { band: "top" });
  return {
    geometries,
    aRef,
    n: row.shown?.length ?? 0,
    items: items.map((exemplar) => ({
      exemplar,
      answers: answers.get(keyOf(exemplar.band, exemplar.sample, exemplar.tokens !== null)) ?? [],
    })),
  };
}

function toExemplars(row: EvidenceRow, { band }: Pick<ExemplarsQuery, "band">): Exemplars {
  const base = row.geometries[0];
  const geometries = new Map<string, Geometry>();
  const items: Exemplar[] = [];
  for (const { sampleId, sample, tokens, peakAt, why, ...r } of row.exemplars) {
    const isText = tokens.length > 0;
    if (!isText && !sample) continue; // removed since: its evidence goes with it
    const image = !isText && sample ? toImageInfo(sample) : null;
    const placed = image && base ? placeGeometry(base, image.width, image.height) : undefined;
    if (placed) geometries.set(placed.id, placed);
    items.push({
      ...r,
      sample: sampleId,
      peakAt: placed ? [Math.floor(peakAt / placed.cols), peakAt % placed.cols] : peakAt,
      image,
      geometry: placed?.id ?? null,
      tokens: isText ? tokens : null,
      why: why === "alike" || why === "almost" ? why : null,
      facet: r.band === "twin" ? (why as Exemplar["facet"]) : null,
    });
  }
  return {
    geometries: [...geometries.values()],
    scale: row.max,
    aRef: row.aRef,
    population: row.nFiring,
    band: bandSummary(row, band),
    items,
  };
}

/** How a feature fires on one image that it is shown by. @throws AppError NOT_FOUND */
export async function exemplarOn(
  saeId: string,
  index: number,
  sampleId: number,
): Promise<{ evidence: Pick<Exemplar, "grid" | "scale" | "peak" | "band">; geometry: Geometry; aRef: number }> {
  const [row, sample, feature] = await Promise.all([
    db().exemplar.findFirst({ where: { saeId, index, sampleId, band: { not: "miss" } } }),
    db().sample.findUnique({ where: { id: sampleId }, select: { width: true, height: true } }),
    db().feature.findUnique({
      where: { saeId_index: { saeId, index } },
      select: { aRef: true, sae: { select: { model: { select: { geometries: true } } } } },
    }),
  ]);
  const base = (feature?.sae.model.geometries as Geometry[] | undefined)?.[0];
  if (!row || !feature || !base) throw new AppError("NOT_FOUND", "This evidence is no longer there.");
  const { scale, peak, band } = row;
  return {
    evidence: { grid: Buffer.from(row.grid).toString("base64"), scale, peak, band: band as Exemplar["band"] },
    geometry: placeGeometry(base, sample?.width ?? 1, sample?.height ?? 1),
    aRef: feature.aRef,
  };
}

function bandSummary(row: EvidenceRow, id: BandId | "twin"): Exemplars["band"] {
  const stored = storedHistogram(row);
  const found = stored.bands.find((b) => b.id === id);
  if (found) return { id, lo: found.lo, hi: found.hi, share: found.share, n: found.n + found.nText };
  if (id === "miss") return { id, lo: 0, hi: 0, share: 0, n: stored.zeroSamples };
  return { id, lo: 0, hi: row.max, share: 1, n: row.nFiring };
}

/** One figure of every feature of an SAE, [n]; 0 where it was not measured. */
export async function featureColumn(saeId: string, n: number, column: "density" | "aRef"): Promise<Float32Array> {
  const rows = await db().feature.findMany({ where: { saeId }, select: { index: true, density: true, aRef: true } });
  const out = new Float32Array(n);
  for (const row of rows) if (row.index < n) out[row.index] = row[column];
  return out;
}
