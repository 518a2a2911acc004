import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { PLACES, type Place, type Relations, type Company as StoredCompany } from "@/lib/exemplars/schema";
import { PARTNERS_ON_PAGE } from "../feature-sql";
import type { Company, FiresWith, Neighbour, Partner } from "../schema";
import { stripUrl } from "../strip";
import { matchesElsewhere } from "./other-saes/data";
import type { NeighboursQuery, NotCompared, Related } from "./schema";

interface Stored {
  saeId: string;
  neighbours: unknown;
  relations: unknown;
}

type Named = Omit<Neighbour, "ref" | "value">;

/** Names and strips of some features of one SAE, in one query. */
async function namesOf(saeId: string, indices: Iterable<number>): Promise<Map<number, Named>> {
  const rows = await db().feature.findMany({
    where: { saeId, index: { in: [...new Set(indices)] } },
    select: { index: true, label: true, status: true, strip: true },
  });
  return new Map(rows.map((r) => [r.index, { ...r, strip: stripUrl(r.strip) }]));
}

const similarOf = (row: Pick<Stored, "neighbours">) => (row.neighbours ?? []) as { index: number; cosine: number }[];

/** Nearest features by direction, and what fires with a feature, by the names that came with its row. */
export function companyOf(
  { neighbours: near, relations, names: rows }: Pick<Stored, "neighbours" | "relations"> & { names: readonly Named[] },
  saeRef: string,
): { neighbours: Neighbour[]; firesWith: FiresWith | null } {
  const names = new Map(rows.map((row) => [row.index, { ...row, strip: stripUrl(row.strip) }]));
  const known = relations as Relations | null;
  const neighbours = similarOf({ neighbours: near }).flatMap(({ index, cosine }) => {
    const named = names.get(index);
    return named ? [{ ref: `${saeRef}/${index}`, ...named, value: cosine }] : [];
  });
  const at = (of: StoredCompany, place: Place): Partner[] =>
    (of.places[place] ?? []).slice(0, PARTNERS_ON_PAGE).flatMap(({ index, lo, lift, n }) => {
      const named = names.get(index);
      return named ? [{ ref: `${saeRef}/${index}`, ...named, value: lo, lift, n, place }] : [];
    });
  const company = (of: StoredCompany): Company => ({
    ...{ peaks: of.peaks, same: at(of, "same"), adjacent: at(of, "adjacent"), elsewhere: at(of, "elsewhere") },
  });
  return { neighbours, firesWith: known && { ...company(known), text: known.text ? company(known.text) : null } };
}

/**
 * Features near to one, by a stated measure, nearest first.
 * @throws AppError NOT_FOUND
 */
export async function listNeighbours(
  model: string,
  sae: string,
  index: number,
  { by, place, ground, limit }: NeighboursQuery,
): Promise<{ items: Related[]; notCompared: NotCompared[] }> {
  const row = await db().feature.findFirst({
    where: { index, sae: { slug: sae, model: { slug: model } } },
    select: { saeId: true, index: true, neighbours: true, relations: true },
  });
  if (!row) throw new AppError("NOT_FOUND", `There is no feature ${model}/${sae}/${index}.`);
  if (by === "otherSae") return matchesElsewhere(row, model, limit);
  const near = nearBy(row, by, place, ground).slice(0, limit);
  const names = await namesOf(
    row.saeId,
    near.map((x) => x.index),
  );
  const items = near.flatMap((x) => {
    const named = names.get(x.index);
    return named ? [{ ref: `${model}/${sae}/${x.index}`, ...named, ...x }] : [];
  });
  return { items, notCompared: [] };
}

type Near = Pick<Related, "index" | "value" | "lift" | "n" | "place">;

function nearBy(
  row: Stored,
  by: "decoder" | "images" | "firing",
  place: NeighboursQuery["place"],
  ground: NeighboursQuery["ground"],
): Near[] {
  const none = { lift: null, n: null, place: null };
  if (by === "decoder") return similarOf(row).map(({ index, cosine }) => ({ index, value: cosine, ...none }));
  const relations = row.relations as Relations | null;
  if (by === "images") {
    return (relations?.images ?? []).map(({ index, value, shared }) => ({ index, value, ...none, n: shared }));
  }
  const company = ground === "text" ? relations?.text : relations;
  const wanted = place === "any" ? PLACES : [place];
  return wanted
    .flatMap((at) => (company?.places[at] ?? []).map(({ lo, ...p }) => ({ ...p, value: lo, place: at })))
    .sort((a, b) => b.value - a.value || a.index - b.index);
}
