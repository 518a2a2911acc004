import { resolve } from "node:path";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { firingSamples } from "@/lib/exemplars/firing/data";
import { placeGeometry } from "@/lib/media/place-view";
import { readDirection } from "@/lib/sae/decoder-row";
import { toImageInfo } from "@/lib/samples/data";
import type { Geometry } from "@/lib/samples/schema";
import { cosineOf, overlapOf } from "./overlap";
import type { ComparedPair } from "./schema";
import type { SharedImage } from "./types";

interface Named {
  ref: string;
  saeId: string;
  index: number;
}

/** Rows of SAEs and indices behind refs, in their order. @throws AppError NOT_FOUND */
async function namedOf(refs: readonly string[]): Promise<Named[]> {
  const rows = await db().$queryRaw<Named[]>(
    Prisma.sql`SELECT r."ref", f."sae_id" AS "saeId", f."index"
      FROM unnest(${[...refs]}::text[]) AS r("ref")
      JOIN "models" m ON m."slug" = split_part(r."ref", '/', 1)
      JOIN "saes" s ON s."model_id" = m."id" AND s."slug" = split_part(r."ref", '/', 2)
      JOIN "features" f ON f."sae_id" = s."id" AND f."index" = split_part(r."ref", '/', 3)::int`,
  );
  return refs.map((ref) => {
    const row = rows.find((r) => r.ref === ref);
    if (!row) throw new AppError("NOT_FOUND", `There is no feature ${ref}.`);
    return row;
  });
}

interface ExemplarRow {
  saeId: string;
  index: number;
  band: string;
  peak: number;
  grid: Uint8Array;
  scale: number;
  sha: string;
  width: number | null;
  height: number | null;
  caption: string | null;
  tags: string[];
  thumbhash: string | null;
}

/** Images kept as evidence of some features, the strongest row of each image and feature first; near misses excluded. */
function imageEvidence(named: readonly Named[]): Promise<ExemplarRow[]> {
  return db().$queryRaw<ExemplarRow[]>(
    Prisma.sql`SELECT DISTINCT ON (e."sae_id", e."index", x."sha") e."sae_id" AS "saeId", e."index", e."band", e."peak", e."grid",
        e."scale", x."sha", x."width", x."height", x."caption", x."tags", x."thumbhash"
      FROM unnest(${named.map((n) => n.saeId)}::text[], ${named.map((n) => n.index)}::int[]) AS w("sae_id", "index")
      JOIN "exemplars" e ON e."sae_id" = w."sae_id" AND e."index" = w."index"
      JOIN "samples" x ON x."id" = e."sample_id"
      WHERE e."band" <> 'miss' AND cardinality(e."tokens") = 0
      ORDER BY e."sae_id", e."index", x."sha", (e."band" = 'top') DESC, e."peak" DESC`,
  );
}

const keyOf = ({ saeId, index }: { saeId: string; index: number }) => `${saeId} ${index}`;

/** Images that are evidence for two or more of the features: those of most features first, then the strongest. */
export async function sharedImages(
  refs: readonly string[],
  most: number,
): Promise<{ shared: SharedImage[]; total: number }> {
  const named = await namedOf(refs);
  const [evidence, saes, scales] = await Promise.all([
    imageEvidence(named),
    db().sae.findMany({
      where: { id: { in: named.map((n) => n.saeId) } },
      select: { id: true, model: { select: { geometries: true } } },
    }),
    db().feature.findMany({
      where: { OR: named.map(({ saeId, index }) => ({ saeId, index })) },
      select: { saeId: true, index: true, aRef: true },
    }),
  ]);
  const base = new Map(saes.map((s) => [s.id, (s.model.geometries as unknown as Geometry[])[0]]));
  const aRefs = new Map(scales.map((f) => [keyOf(f), f.aRef]));
  const slots = new Map(named.map((n, slot) => [keyOf(n), slot]));
  const images = new Map<string, SharedImage>();
  for (const row of evidence) {
    const view = base.get(row.saeId);
    if (!view) continue;
    const image = images.get(row.sha)?.image ?? toImageInfo(row);
    const regions = images.get(row.sha)?.regions ?? [];
    regions.push({
      slot: slots.get(keyOf(row)) as number,
      codes: Buffer.from(row.grid).toString("base64"),
      scale: row.scale,
      peak: row.peak,
      aRef: aRefs.get(keyOf(row)) ?? row.scale,
      geometry: placeGeometry(view, image.width, image.height),
    });
    images.set(row.sha, { image, regions });
  }
  const strength = ({ regions }: SharedImage) => Math.min(...regions.map((r) => r.peak / r.aRef));
  const all = [...images.values()].filter(({ regions }) => regions.length > 1);
  all.sort((a, b) => b.regions.length - a.regions.length || strength(b) - strength(a));
  for (const { regions } of all) regions.sort((a, b) => a.slot - b.slot);
  return { shared: all.slice(0, most), total: all.length };
}

type SaeFacts = Awaited<ReturnType<typeof saeFacts>> extends Map<string, infer S> ? S : never;

async function saeFacts(ids: readonly string[]) {
  const rows = await db().sae.findMany({
    where: { id: { in: [...ids] } },
    select: {
      id: true,
      modelId: true,
      datasetId: true,
      site: true,
      hash: true,
      k: true,
      checkpoint: true,
      evidenceN: true,
    },
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** What each two of the features have in common. @throws AppError NOT_FOUND */
export async function comparePairs(refs: readonly string[]): Promise<ComparedPair[]> {
  const named = await namedOf(refs);
  const [evidence, facts] = await Promise.all([imageEvidence(named), saeFacts(named.map((n) => n.saeId))]);
  const tops = new Map(named.map((n) => [keyOf(n), new Set<string>()]));
  for (const row of evidence) if (row.band === "top") tops.get(keyOf(row))?.add(row.sha);
  const saeOf = (n: Named) => facts.get(n.saeId) as SaeFacts;
  const directions = new Map(
    await Promise.all(
      named.map(async (n) => {
        const found = readDirection(resolve(saeOf(n).checkpoint), n.index);
        // A checkpoint that was moved away takes its directions with it, and nothing else.
        return [keyOf(n), await found.catch(() => null)] as const;
      }),
    ),
  );
  const firing = await firingOf(named, saeOf);
  const pairs: ComparedPair[] = [];
  for (const [i, a] of named.entries()) {
    for (const b of named.slice(i + 1)) {
      const [saeA, saeB] = [saeOf(a), saeOf(b)];
      const sameSite = saeA.modelId === saeB.modelId && saeA.site === saeB.site;
      const [rowA, rowB] = [directions.get(keyOf(a)), directions.get(keyOf(b))];
      const [setA, setB] = [firing.get(keyOf(a)), firing.get(keyOf(b))];
      const sameData = saeA.datasetId !== null && saeA.datasetId === saeB.datasetId;
      pairs.push({
        a: a.ref,
        b: b.ref,
        cosine: sameSite && rowA && rowB ? cosineOf(rowA, rowB) : null,
        top: overlapOf(tops.get(keyOf(a)) as Set<string>, tops.get(keyOf(b)) as Set<string>),
        firing: sameData && setA && setB ? overlapOf(setA, setB) : null,
      });
    }
  }
  return pairs;
}

/** Samples in which each feature fires, where the codes of its SAE are stored. */
async function firingOf(
  named: readonly Named[],
  saeOf: (n: Named) => SaeFacts,
): Promise<Map<string, ReadonlySet<number>>> {
  const found = new Map<string, ReadonlySet<number>>();
  for (const saeId of new Set(named.map((n) => n.saeId))) {
    const own = named.filter((n) => n.saeId === saeId);
    const sae = saeOf(own[0] as Named);
    const store = (sae.evidenceN as { cache?: unknown } | null)?.cache;
    if (typeof store !== "string") continue;
    const samples = await firingSamples(
      store,
      sae,
      own.map((n) => n.index),
    );
    for (const n of own) {
      const set = samples?.get(n.index);
      if (set) found.set(keyOf(n), set);
    }
  }
  return found;
}

/** A direction of a feature, [d]. @throws AppError NOT_FOUND */
export async function getDirection(ref: string, part: "decoder" | "encoder"): Promise<Float32Array> {
  const [named] = (await namedOf([ref])) as [Named];
  const sae = (await saeFacts([named.saeId])).get(named.saeId) as SaeFacts;
  return readDirection(resolve(sae.checkpoint), named.index, part);
}
