import { isAbsolute } from "node:path";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { placeGeometry } from "@/lib/media/place-view";
import { toImageInfo } from "@/lib/samples/data";
import type { Geometry } from "@/lib/samples/schema";
import { listExplanations, scoresOfLabel } from "./explanations/data";
import { companyOf } from "./relations/data";
import type { Band, BandId, Exemplar, Exemplars, ExemplarsQuery, Feature } from "./schema";
import { stripUrl } from "./strip";

export { stripUrl };

/** What is needed to place a feature: its SAE, model and stored row. */
async function findRow(model: string, sae: string, index: number) {
  const found = await db().feature.findFirst({
    where: { index, sae: { slug: sae, model: { slug: model } } },
    include: {
      sae: {
        include: { model: { select: { geometries: true, location: true } }, dataset: { select: { slug: true } } },
      },
    },
  });
  if (!found) throw new AppError("NOT_FOUND", `There is no feature ${model}/${sae}/${index}.`);
  return found;
}

type Row = Awaited<ReturnType<typeof findRow>>;
type StoredHistogram = Feature["histogram"] & { bands: Band[] };

/**
 * One feature with its first band of evidence, its explanations and its neighbours.
 * @throws AppError NOT_FOUND
 */
export async function getFeature(model: string, sae: string, index: number, query: ExemplarsQuery): Promise<Feature> {
  const row = await findRow(model, sae, index);
  const [exemplars, explanations, company] = await Promise.all([
    exemplarsOf(row, query),
    listExplanations(row.saeId, index),
    companyOf(row, `${model}/${sae}`),
  ]);
  const { bands, ...histogram } = storedHistogram(row);
  const label = explanations.find((e) => e.isLabel);
  const evidence = row.sae.evidenceN as Record<string, unknown> | null;
  return {
    ref: `${model}/${sae}/${index}`,
    model,
    sae,
    index,
    label: { text: row.label, status: row.status, explanation: label?.id ?? null },
    kind: row.kind,
    density: row.density,
    densityImage: row.densityImage,
    densityText: row.densityText,
    max: row.max,
    mean: row.mean,
    std: row.std,
    aRef: row.aRef,
    nFiring: row.nFiring,
    nSamples: typeof evidence?.samples === "number" ? evidence.samples : null,
    imageShare: row.imageShare,
    crossModal: row.crossModal,
    flags: row.flags,
    tags: row.tags,
    scores: scoresOfLabel(explanations),
    histogram,
    logits: row.logits as Feature["logits"],
    positionMap: row.positionMap ? Buffer.from(row.positionMap).toString("base64") : null,
    bands,
    geometries: exemplars.geometries,
    exemplars,
    explanations,
    ...company,
    words: row.words as Feature["words"],
    shortcut: row.shortcut as Feature["shortcut"],
    twin: row.twin as Feature["twin"],
    strip: stripUrl(row.strip),
    provenance: {
      site: row.sae.site,
      architecture: row.sae.architecture,
      normalisation: String((row.sae.config as Record<string, unknown>)?.normalisation ?? "none"),
      dataset: row.sae.dataset?.slug ?? null,
      modelFolder: belowProject(row.sae.model.location),
      checkpoint: belowProject(row.sae.checkpoint),
      evidence,
    },
    versions: { sae: row.sae.hash.slice(0, 8), evidence: row.sae.evidence, feature: row.version },
  };
}

/** A folder as it is named below the project; null for other places, whose paths are nobody's business. */
function belowProject(folder: string): string | null {
  return folder === "" || isAbsolute(folder) || folder.startsWith("..") ? null : folder;
}

function storedHistogram(row: Row): StoredHistogram {
  const h = (row.histogram ?? {}) as Partial<StoredHistogram>;
  const { zero = 0, zeroSamples = 0, edges = [], counts = [], image = [], text = [], bands = [] } = h;
  return { zero, zeroSamples, edges, counts, image, text, bands };
}

/** The samples of one band. @throws AppError NOT_FOUND */
export async function listExemplars(
  model: string,
  sae: string,
  index: number,
  query: ExemplarsQuery,
): Promise<Exemplars> {
  return exemplarsOf(await findRow(model, sae, index), query);
}

async function exemplarsOf(row: Row, { band, by, modality, limit }: ExemplarsQuery): Promise<Exemplars> {
  // The rows of `mean` complete the ranking by mean: together with `top` they hold its head.
  const stored = band === "top" && by === "mean" ? ["top", "mean"] : [band];
  const rows = await db().exemplar.findMany({
    where: {
      saeId: row.saeId,
      index: row.index,
      band: { in: stored },
      ...(modality === "image" ? { tokens: { isEmpty: true } } : {}),
      ...(modality === "text" ? { tokens: { isEmpty: false } } : {}),
    },
    orderBy: by === "mean" ? [{ mean: "desc" }, { rank: "asc" }] : { rank: "asc" },
    take: limit,
  });
  const samples = await db().sample.findMany({
    where: { id: { in: rows.map((r) => r.sampleId) } },
    select: { id: true, sha: true, width: true, height: true, caption: true, tags: true, thumbhash: true },
  });
  const byId = new Map(samples.map((s) => [s.id, s]));
  const base = (row.sae.model.geometries as unknown as Geometry[])[0];
  const geometries = new Map<string, Geometry>();
  const items: Exemplar[] = [];
  for (const r of rows) {
    const isText = r.tokens.length > 0;
    const sample = byId.get(r.sampleId);
    if (!isText && !sample) continue; // removed since: its evidence goes with it
    const image = !isText && sample ? toImageInfo(sample) : null;
    const placed = image && base ? placeGeometry(base, image.width, image.height) : undefined;
    if (placed) geometries.set(placed.id, placed);
    items.push({
      band: r.band as Exemplar["band"],
      rank: r.rank,
      sample: r.sampleId,
      pool: r.pool === "score" ? "score" : "explain",
      peak: r.peak,
      peakAt: placed ? [Math.floor(r.peakAt / placed.cols), r.peakAt % placed.cols] : r.peakAt,
      mean: r.mean,
      area: r.area,
      nearDuplicates: r.nearDuplicates,
      scale: r.scale,
      image,
      geometry: placed?.id ?? null,
      grid: Buffer.from(r.grid).toString("base64"),
      tokens: isText ? r.tokens : null,
      offset: r.offset,
      why: r.why === "alike" || r.why === "almost" ? r.why : null,
      resembles: r.resembles,
      facet: r.band === "twin" ? (r.why as Exemplar["facet"]) : null,
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

function bandSummary(row: Row, id: BandId | "twin"): Exemplars["band"] {
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
