import { resolve } from "node:path";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { readDirection } from "@/lib/sae/decoder-row";
import { getFeature, listExemplars } from "../data";
import { BANDS, type Exemplar, type Exemplars, exemplarsQuery, type Feature } from "../schema";

export interface NeuronpediaOptions {
  /** Adds `kind` and `image` to activations. */
  native: boolean;
  /** Leaves images out. */
  textOnly: boolean;
}

/** Neuronpedia's file of one feature: https://www.neuronpedia.org/api-doc. @throws AppError NOT_FOUND */
export async function neuronpediaFeature(model: string, sae: string, index: number, options: NeuronpediaOptions) {
  const feature = await getFeature(model, sae, index, exemplarsQuery.parse({ limit: 200 }));
  const bands = await Promise.all(
    BANDS.filter((band) => band !== "miss").map((band) =>
      listExemplars(model, sae, index, exemplarsQuery.parse({ band, limit: 200 })),
    ),
  );
  return { ...factsOf(feature), vector: await decoderRow(model, sae, index), ...activationsOf(bands, options) };
}

function factsOf(feature: Feature) {
  const { logits, histogram, neighbours } = feature;
  const ends = (rows: [string, number][] | undefined) => ({
    str: (rows ?? []).map(([token]) => token),
    values: (rows ?? []).map(([, value]) => value),
  });
  const [up, down] = [ends(logits?.up), ends(logits?.down)];
  return {
    modelId: feature.model,
    layer: feature.sae,
    index: String(feature.index),
    // `6-res-8k` is set `res-8k` at place 6.
    sourceSetName: feature.sae.replace(/^[^-]+-/, "").replace(/__.*$/, ""),
    hookName: feature.provenance.site,
    maxActApprox: feature.max,
    frac_nonzero: feature.density,
    ...{ pos_str: up.str, pos_values: up.values, neg_str: down.str, neg_values: down.values },
    freq_hist_data_bar_heights: histogram.counts,
    freq_hist_data_bar_values: histogram.edges.slice(0, -1).map((lo, i) => (lo + (histogram.edges[i + 1] ?? lo)) / 2),
    // Effects on all other tokens are not kept, so that there is no distribution to tell.
    logits_hist_data_bar_heights: [] as number[],
    logits_hist_data_bar_values: [] as number[],
    topkCosSimIndices: neighbours.map((n) => n.index),
    topkCosSimValues: neighbours.map((n) => n.value),
    explanations: feature.explanations
      .filter((e) => e.text !== null)
      .map((e) => ({
        id: e.id,
        description: e.text,
        typeName: e.explainer,
        explanationModelName: e.explainerModel,
        scores: Object.entries(e.scores).map(([scorer, { value }]) => ({ explanationScoreTypeName: scorer, value })),
      })),
  };
}

/** The row of the decoder in the checkpoint. */
async function decoderRow(model: string, slug: string, index: number): Promise<number[]> {
  const row = await db().sae.findFirst({ where: { slug, model: { slug: model } }, select: { checkpoint: true } });
  if (!row) throw new AppError("NOT_FOUND", `There is no SAE ${model}/${slug}.`);
  return [...(await readDirection(resolve(row.checkpoint), index))];
}

/** Texts first, then images as tokens `img[r,c]`; the top group has bins of -1, as there. */
function activationsOf(bands: readonly Exemplars[], { native, textOnly }: NeuronpediaOptions) {
  const all = bands.flatMap((band) => band.items.map((item) => ({ item, band })));
  const texts = all.filter(({ item }) => item.tokens);
  const images = textOnly ? [] : all.filter(({ item }) => item.image);
  return { activations: [...texts, ...images].map(({ item, band }) => activation(item, band, native)) };
}

function activation(item: Exemplar, { geometries, band }: Exemplars, native: boolean) {
  const codes = Buffer.from(item.grid, "base64");
  const values = Array.from(codes, (code) => (code * item.scale) / 255);
  const cols = geometries.find((g) => g.id === item.geometry)?.cols ?? 1;
  const tokens = item.tokens ?? values.map((_, cell) => `img[${Math.floor(cell / cols)},${cell % cols}]`);
  const top = band.id === "top";
  return {
    id: `${item.sample}.${item.band}.${item.rank}`,
    tokens,
    values,
    maxValue: item.peak,
    maxValueTokenIndex: Array.isArray(item.peakAt) ? item.peakAt[0] * cols + item.peakAt[1] : item.peakAt,
    binMin: top ? -1 : band.lo,
    binMax: top ? -1 : band.hi,
    binContains: top ? -1 : band.share,
    ...(native ? { kind: item.image ? "image" : "text", image: item.image } : {}),
  };
}
