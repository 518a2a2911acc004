import { AppError } from "@/lib/core/errors";
import { remember } from "@/lib/core/remember";
import { db } from "@/lib/db/client";
import { Prisma, type Sae } from "@/lib/db/generated/client";
import { MOST_INDEXED } from "@/lib/features/columns/schema";
import { readMeasured } from "@/lib/measure/data";
import type { Geometry } from "@/lib/samples/schema";
import { densityOf, figuresOf } from "./figures";
import type { ComparedSae, CurvePoint, ModelCard, SaeDetail, SaeSummary } from "./schema";

type SaeWithNames = Sae & { model: { slug: string }; dataset: { slug: string } | null };

const NAMES = { model: { select: { slug: true } }, dataset: { select: { slug: true } } } as const;

/** Models with their SAEs, in order of creation. */
export async function listModels(kind?: string): Promise<ModelCard[]> {
  const rows = await db().model.findMany({ where: kind ? { kind } : {}, orderBy: { createdAt: "asc" } });
  const saes = await listSaes({});
  return rows.map((row) => ({
    slug: row.slug,
    title: row.title,
    kind: row.kind as ModelCard["kind"],
    hash: row.hash,
    layers: row.nLayers,
    dModel: row.dModel,
    sites: row.sites as string[],
    geometries: row.geometries as unknown as Geometry[],
    saes: saes.filter((s) => s.model === row.slug),
  }));
}

/** @throws AppError NOT_FOUND */
export async function getModel(slug: string): Promise<ModelCard> {
  const found = (await listModels()).find((m) => m.slug === slug);
  if (!found) throw new AppError("NOT_FOUND", `There is no model "${slug}".`);
  return found;
}

/** SAEs that have a checkpoint or are being trained, oldest first. */
export async function listSaes({ model, site }: { model?: string; site?: string }): Promise<SaeSummary[]> {
  const rows = await db().sae.findMany({
    where: { ...(model ? { model: { slug: model } } : {}), ...(site ? { site } : {}) },
    omit: { curves: true },
    include: NAMES,
    orderBy: { createdAt: "asc" },
  });
  const best = await Promise.all(rows.map((row) => bestDetection(row.id)));
  return rows.map((row, i) => toSummary(row, best[i] ?? null));
}

/** Most SAEs that one page compares, the newest of them, and points of a training curve. */
const MOST_COMPARED = 60;
const MOST_POINTS = 100;

/** SAEs with what the page that compares them draws, newest first. */
export async function listCompared(): Promise<ComparedSae[]> {
  const rows = await db().sae.findMany({ include: NAMES, orderBy: { createdAt: "desc" }, take: MOST_COMPARED });
  return rows.map((row) => {
    const { monosemanticity, concepts } = readMeasured(row.metrics);
    const points = (row.curves ?? []) as CurvePoint[];
    const step = Math.max(1, Math.ceil(points.length / MOST_POINTS));
    return {
      ...toSummary(row, null),
      density: densityOf(row.metrics),
      curves: points.filter((_, i) => i % step === 0 || i === points.length - 1),
      concepts: concepts && { share: concepts.share, unseen: concepts.unseen.share, n: concepts.concepts },
      baseline: monosemanticity?.baseline ?? null,
    };
  });
}

/** Refs of a model's SAEs whose features can be looked at, oldest first. */
export async function listSaeRefs(model: string): Promise<string[]> {
  const rows = await db().sae.findMany({
    where: { model: { slug: model }, evidence: { not: null } },
    select: { slug: true },
    orderBy: { createdAt: "asc" },
  });
  return rows.map(({ slug }) => `${model}/${slug}`);
}

function toSummary(row: Omit<SaeWithNames, "curves">, bestDetection: number | null): SaeSummary {
  const figures = figuresOf(row.metrics);
  const { monosemanticity, concepts } = readMeasured(row.metrics);
  return {
    ref: `${row.model.slug}/${row.slug}`,
    model: row.model.slug,
    slug: row.slug,
    site: row.site,
    architecture: row.architecture,
    d: row.d,
    n: row.n,
    k: row.k,
    status: row.status,
    dataset: row.dataset?.slug ?? null,
    hash: row.hash,
    evidence: row.evidence,
    nLive: row.nLive,
    nExplained: row.nExplained,
    bestDetection,
    fvu: figures.all.fvu,
    figures,
    monosemanticity: monosemanticity?.plain.mean ?? null,
    conceptShare: concepts?.share ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

type Groups = NonNullable<SaeDetail["metrics"]>["groups"];

/** The quality figures as they are stored: `{ heldOut: { rows, all, image, text } }`; groups may be missing. */
function readMetrics(stored: Prisma.JsonValue): { rows: number | null; groups: Groups } {
  const heldOut = (stored as { heldOut?: Record<string, unknown> } | null)?.heldOut ?? {};
  const groups: Groups = {};
  for (const [name, value] of Object.entries(heldOut)) {
    if (value && typeof value === "object") groups[name] = value as Record<string, unknown>;
  }
  return { rows: typeof heldOut.rows === "number" ? heldOut.rows : null, groups };
}

/** @throws AppError NOT_FOUND */
export async function getSae(model: string, slug: string): Promise<SaeDetail> {
  const row = await db().sae.findFirst({ where: { slug, model: { slug: model } }, include: NAMES });
  if (!row) throw new AppError("NOT_FOUND", `There is no SAE ${model}/${slug}.`);
  const key = `${row.id} ${row.evidence} ${row.status} ${row.nExplained}`;
  const { best, maxValue, counts, densities } = await totalsKept(key, () => totalsOf(row.id));
  const metrics = readMetrics(row.metrics);
  return {
    ...toSummary(row, best),
    counts,
    evidenceN: row.evidenceN as SaeDetail["evidenceN"],
    metrics: Object.keys(metrics.groups).length > 0 ? metrics : null,
    conceptF1: (row.metrics as { conceptF1?: unknown } | null)?.conceptF1 ?? null,
    measured: readMeasured(row.metrics),
    maxValue,
    curves: (row.curves ?? []) as CurvePoint[],
    densities,
    config: row.config as Record<string, unknown>,
    columnsUrl: row.n > MOST_INDEXED ? null : `/api/v1/saes/${model}/${slug}/columns`,
  };
}

/** The best detection score of an SAE, null before any is scored. */
async function bestDetection(saeId: string): Promise<number | null> {
  // Written out, because Prisma's own maximum reads every row.
  const [best] = await db().$queryRaw<{ max: number | null }[]>(
    Prisma.sql`SELECT max("detection") AS max FROM "features" WHERE "sae_id" = ${saeId}`,
  );
  return best?.max ?? null;
}

interface Totals extends Pick<SaeDetail, "counts" | "densities" | "maxValue"> {
  best: number | null;
}

/** Figures over all features of an SAE are the same for everybody: they are found out when it changes, and now and then. */
const totalsKept = remember<Totals>(10_000);

async function totalsOf(saeId: string): Promise<Totals> {
  const [best, strongest, statuses, densities] = await Promise.all([
    bestDetection(saeId),
    db().feature.findFirst({ where: { saeId }, orderBy: { max: "desc" }, select: { max: true } }),
    db().feature.groupBy({ by: ["status"], _count: true, where: { saeId } }),
    densityHistogram(saeId),
  ]);
  return {
    best,
    maxValue: strongest?.max ?? 0,
    counts: Object.fromEntries(statuses.map((s) => [s.status, s._count])),
    densities,
  };
}

const BINS = { lo: -6, hi: 0, n: 48 } as const;

/** Features by log10 of the share of positions at which they fire; `silent` never fire. */
async function densityHistogram(saeId: string): Promise<SaeDetail["densities"]> {
  const rows = await db().$queryRaw<{ bin: number | null; n: number }[]>(
    Prisma.sql`SELECT CASE WHEN "density" > 0 THEN width_bucket(log("density"::float8), ${BINS.lo}::float8, ${BINS.hi}::float8, ${BINS.n}::int) END AS bin,
      count(*)::int AS n FROM "features" WHERE "sae_id" = ${saeId} GROUP BY 1`,
  );
  const counts = new Array<number>(BINS.n).fill(0);
  let silent = 0;
  for (const { bin, n } of rows) {
    if (bin === null) silent = n;
    else {
      // width_bucket answers 0 below the range and n + 1 at its upper end.
      const at = Math.min(BINS.n - 1, Math.max(0, bin - 1));
      counts[at] = (counts[at] as number) + n;
    }
  }
  const step = (BINS.hi - BINS.lo) / BINS.n;
  return { edges: counts.map((_, i) => BINS.lo + i * step).concat(BINS.hi), counts, silent };
}
