import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { type HeldCodes, type OwnValues, readHeldCodes } from "@/lib/exemplars/matching/data";
import type { EvidenceN } from "@/lib/exemplars/schema";
import { placeGeometry } from "@/lib/media/place-view";
import { toImageInfo } from "@/lib/samples/data";
import type { Geometry } from "@/lib/samples/schema";
import { stripUrl } from "../../strip";
import type { Lineage, NotCompared, Related, Relative } from "../schema";

/** Strongest exemplars over which features are compared, and those of them that are shown. */
const COMPARED = 8;
const SHOWN = 4;

interface Key {
  saeId: string;
  index: number;
}

interface Own {
  grids: Uint8Array[];
  ranks: number[];
  sampleIds: number[];
  values: OwnValues[];
}

/** What a feature did in its strongest exemplars: images if it has some, else texts. */
async function ownValues({ saeId, index }: Key): Promise<Own> {
  const rows = await db().exemplar.findMany({
    where: { saeId, index, band: "top" },
    orderBy: { rank: "asc" },
    select: { rank: true, sampleId: true, grid: true, scale: true, offset: true, tokens: true },
  });
  const images = rows.filter((r) => r.tokens.length === 0);
  const used = (images.length > 0 ? images : rows).slice(0, COMPARED);
  const dense = await denseIndices(used.map((r) => r.sampleId));
  const values = used.map(
    (r): OwnValues => ({
      sample: dense.get(r.sampleId) ?? -1,
      kind: images.length > 0 ? "image" : "text",
      offset: r.offset,
      values: Float32Array.from(r.grid, (code) => (code * r.scale) / 255),
    }),
  );
  return {
    grids: used.map((r) => r.grid),
    ranks: used.map((r) => r.rank),
    sampleIds: used.map((r) => r.sampleId),
    values,
  };
}

/** Number of each sample in its corpus, counted from 0: the number that codes are stored under. */
async function denseIndices(ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db().$queryRaw<{ id: number; at: number }[]>`
    SELECT id, (SELECT count(*) FROM samples AS p WHERE p.dataset_id = s.dataset_id AND p.ordinal < s.ordinal)::int AS at
    FROM samples AS s WHERE id = ANY(${[...ids]})`;
  return new Map(rows.map((r) => [r.id, r.at]));
}

interface OtherSae {
  id: string;
  slug: string;
  site: string;
  n: number;
  codes: HeldCodes;
}

/** The other SAEs of the model with their codes of some samples, and those that cannot be compared, with the reason. */
async function otherSaes(
  saeId: string,
  samples: readonly number[],
): Promise<{ compared: OtherSae[]; notCompared: NotCompared[] }> {
  const own = await db().sae.findUniqueOrThrow({ where: { id: saeId }, select: { modelId: true, datasetId: true } });
  const others = await db().sae.findMany({
    where: { modelId: own.modelId, id: { not: saeId } },
    orderBy: [{ site: "asc" }, { n: "asc" }, { slug: "asc" }],
  });
  const compared: OtherSae[] = [];
  const notCompared: NotCompared[] = [];
  for (const sae of others) {
    const refuse = (reason: NotCompared["reason"]) => notCompared.push({ sae: sae.slug, reason });
    const cache = (sae.evidenceN as EvidenceN | null)?.cache;
    if (!sae.evidence || !cache) refuse("not_collected");
    else if (sae.datasetId !== own.datasetId) refuse("other_data");
    else {
      const codes = await readHeldCodes(cache, sae, samples);
      if (codes) compared.push({ id: sae.id, slug: sae.slug, site: sae.site, n: sae.n, codes });
      else refuse("not_cached");
    }
  }
  return { compared, notCompared };
}

const NAMED = { index: true, label: true, status: true, strip: true, aRef: true, max: true } as const;

/** Features of other SAEs whose values on the strongest exemplars go with this one's, strongest correlation first. */
export async function matchesElsewhere(
  key: Key,
  model: string,
  limit: number,
): Promise<{ items: Related[]; notCompared: NotCompared[] }> {
  const { values } = await ownValues(key);
  const { compared, notCompared } = await otherSaes(
    key.saeId,
    values.map((v) => v.sample),
  );
  const items: Related[] = [];
  for (const sae of compared) {
    const matches = sae.codes.match(values, limit);
    const rows = await db().feature.findMany({
      where: { saeId: sae.id, index: { in: matches.map((m) => m.index) } },
      select: NAMED,
    });
    const byIndex = new Map(rows.map((r) => [r.index, r]));
    for (const { index, correlation, shared } of matches) {
      const row = byIndex.get(index);
      if (!row) continue;
      const { label, status, strip } = row;
      const named = { ref: `${model}/${sae.slug}/${index}`, index, label, status, strip: stripUrl(strip) };
      items.push({ ...named, value: correlation, lift: null, n: shared, place: null });
    }
  }
  return { items: items.sort((a, b) => b.value - a.value).slice(0, limit), notCompared };
}

/**
 * The top images of a feature under the other SAEs of its model: in each the feature that goes with it, and where it fires.
 * @throws AppError NOT_FOUND
 */
export async function getLineage(model: string, sae: string, index: number): Promise<Lineage> {
  const row = await db().feature.findFirst({
    where: { index, sae: { slug: sae, model: { slug: model } } },
    select: {
      saeId: true,
      index: true,
      aRef: true,
      max: true,
      sae: { select: { model: { select: { geometries: true } } } },
    },
  });
  if (!row) throw new AppError("NOT_FOUND", `There is no feature ${model}/${sae}/${index}.`);
  const own = await ownValues(row);
  const base = (row.sae.model.geometries as unknown as Geometry[])[0];
  const shown = own.values[0]?.kind === "image" && base ? own.values.slice(0, SHOWN) : [];
  const samples = await db().sample.findMany({
    where: { id: { in: own.sampleIds.slice(0, shown.length) } },
    select: { id: true, sha: true, width: true, height: true, caption: true, tags: true, thumbhash: true },
  });
  const byId = new Map(samples.map((s) => [s.id, s]));
  const images = shown.flatMap((_, i) => {
    const sample = byId.get(own.sampleIds[i] as number);
    if (!sample || !base) return [];
    const image = toImageInfo(sample);
    return [{ rank: own.ranks[i] as number, image, geometry: placeGeometry(base, image.width, image.height) }];
  });
  const { compared, notCompared } = await otherSaes(
    row.saeId,
    own.values.map((v) => v.sample),
  );
  const relatives = await Promise.all(compared.map((other) => relativeOf(other, model, own.values, shown)));
  const grids = own.grids.slice(0, shown.length).map((grid) => Buffer.from(grid).toString("base64"));
  return { images, own: { aRef: row.aRef, scale: row.max, grids }, relatives, notCompared };
}

async function relativeOf(
  other: OtherSae,
  model: string,
  values: readonly OwnValues[],
  shown: readonly OwnValues[],
): Promise<Relative> {
  const about = { sae: other.slug, site: other.site, n: other.n };
  const match = other.codes.match(values, 1)[0];
  const row = match
    ? await db().feature.findUnique({ where: { saeId_index: { saeId: other.id, index: match.index } }, select: NAMED })
    : null;
  if (!match || !row) return { ...about, feature: null, aRef: 0, scale: 0, grids: [] };
  const { aRef, max, label, status, strip } = row;
  const grids = shown.map(({ sample, values: own }) =>
    Buffer.from(other.codes.grid(sample, match.index, own.length, max)).toString("base64"),
  );
  const ref = `${model}/${other.slug}/${match.index}`;
  const feature = { ref, index: match.index, label, status, value: match.correlation, strip: stripUrl(strip) };
  return { ...about, feature, aRef, scale: max, grids };
}
