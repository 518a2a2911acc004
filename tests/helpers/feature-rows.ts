import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { copyRows } from "@/lib/db/copy";

const GEOMETRY = { id: "base", view: "base", rows: 2, cols: 2, affine: [112, 0, 0, 112, 0, 0], resize: "squash" };

export interface FeatureGiven {
  index: number;
  label?: string | null;
  status?: string;
  detection?: number | null;
  density?: number;
  max?: number;
  imageShare?: number;
  kind?: string | null;
  tags?: string[];
  flags?: string[];
  neighbours?: { index: number; cosine: number }[];
  relations?: object | null;
  twin?: object[] | null;
}

/** A model with one SAE and these features: what the reads need, with plain defaults. Returns the SAE's id. */
export async function makeFeatures(model: string, sae: string, features: readonly FeatureGiven[]): Promise<string> {
  const known = await db().model.findUnique({ where: { slug: model } });
  const modelRow =
    known ??
    (await db().model.create({
      data: {
        id: newId("model"),
        slug: model,
        title: model,
        kind: "vlm",
        location: ".",
        hash: "h",
        nLayers: 1,
        dModel: 4,
        sites: ["layers.0.resid_post"],
        geometries: [GEOMETRY],
      },
    }));
  const row = await db().sae.create({
    data: {
      id: newId("sae"),
      slug: sae,
      modelId: modelRow.id,
      site: "layers.0.resid_post",
      architecture: "topk",
      d: 4,
      n: features.length,
      k: 2,
      hash: "0123456789abcdef",
      checkpoint: "",
      config: {},
      status: "collected",
      evidence: "77b0e4d1",
    },
  });
  await copyRows(
    "features",
    features.map((f) => ({
      saeId: row.id,
      index: f.index,
      status: f.status ?? (f.label ? "explained" : "pending"),
      label: f.label ?? null,
      kind: f.kind ?? null,
      density: f.density ?? 0.01,
      densityImage: f.density ?? 0.01,
      densityText: 0,
      imageShare: f.imageShare ?? 1,
      max: f.max ?? 4,
      mean: 1,
      std: 0.5,
      aRef: 3.5,
      nFiring: f.status === "dead" ? 0 : 20,
      crossModal: null,
      detection: f.detection ?? null,
      localisation: null,
      flags: f.flags ?? [],
      tags: f.tags ?? [],
      histogram: {
        zero: 1,
        zeroSamples: 1,
        edges: [1, 2, 4],
        counts: [3, 1],
        image: [3, 1],
        text: [0, 0],
        bands: [{ id: "b5", lo: 2.8, hi: 3.5, n: 2, nText: 0, share: 0.1 }],
      },
      positionMap: null,
      logits: null,
      neighbours: f.neighbours ?? [],
      relations: f.relations ?? null,
      twin: f.twin ?? null,
      strip: null,
      version: 0,
    })),
  );
  await db()
    .$queryRaw`SELECT fovea_note_words(array_agg("search_text"))::text FROM "features" WHERE "sae_id" = ${row.id}`;
  return row.id;
}
