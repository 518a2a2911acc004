import type { Collection, Grounds } from "@/lib/exemplars/collect";
import type { LogitEffects, Neighbour } from "@/lib/exemplars/derive";
import type { Partners } from "@/lib/exemplars/fires-with";
import { flagsOf, imageShareOf, positionMapOf } from "@/lib/exemplars/flags";
import {
  type Company,
  type FeatureHistogram,
  MIN_FIRING,
  type Relations,
  type Shortcut,
  type Twin,
  type Words,
} from "@/lib/exemplars/schema";

/** What is known of a feature beyond its statistics. */
export interface Derived {
  tags: string[];
  logits: LogitEffects | null;
  neighbours: Neighbour[];
  /** What fires with it; null for a feature that is too rare. */
  partners: Grounds<Partners> | null;
  /** Features with the same top images. */
  images: Relations["images"];
  words: Words | null;
  shortcut: Shortcut | null;
  twin: Twin | null;
  /** Name of its contact strip, null without images. */
  strip: string | null;
}

/** A row of `features`, before it is explained. */
export type FeatureRow = ReturnType<typeof featureRow>;

/** @param grid rows and columns of the base grid */
export function featureRow(
  saeId: string,
  f: number,
  collection: Collection,
  grid: { rows: number; cols: number },
  derived: Derived,
) {
  const { stats, aRef } = collection;
  const image = stats.fires[stats.n + f] as number;
  const text = stats.fires[f] as number;
  const fires = image + text;
  const mean = fires === 0 ? 0 : (stats.sum[f] as number) / fires;
  const variance = fires === 0 ? 0 : (stats.sumSquares[f] as number) / fires - mean ** 2;
  const nFiring = stats.nFiring[f] as number;
  return {
    saeId,
    index: f,
    status: fires === 0 ? "dead" : nFiring < MIN_FIRING ? "too_rare" : "pending",
    label: null,
    kind: null,
    density: fires / Math.max(1, stats.rows.image + stats.rows.text),
    densityImage: stats.rate(f, "image"),
    densityText: stats.rate(f, "text"),
    imageShare: imageShareOf(stats, f),
    max: stats.max[f] as number,
    mean,
    std: Math.sqrt(Math.max(0, variance)),
    aRef: aRef[f] as number,
    nFiring,
    crossModal: null,
    detection: null,
    localisation: null,
    flags: flagsOf(stats, f, grid),
    tags: derived.tags,
    histogram: histogramOf(f, collection, fires),
    positionMap: positionMapOf(stats, f),
    logits: derived.logits,
    neighbours: derived.neighbours.map(({ index, cosine }) => ({ index, cosine: rounded(cosine) })),
    relations: relationsOf(derived),
    words: derived.words,
    shortcut: derived.shortcut,
    twin: derived.twin,
    strip: derived.strip,
    version: 0,
  };
}

function relationsOf({ partners, images }: Pick<Derived, "partners" | "images">): Relations | null {
  if (!partners) return null;
  return {
    ...companyOf(partners.image),
    text: companyOf(partners.text),
    images: images.map(({ index, value, shared }) => ({ index, value: rounded(value), shared })),
  };
}

function companyOf({ peaks, places }: Partners): Company {
  const shown = (list: (typeof places)["same"]) =>
    list.map(({ index, lift, lo, n }) => ({
      index,
      lift: Number(lift.toPrecision(3)),
      lo: Number(lo.toPrecision(3)),
      n,
    }));
  return {
    peaks,
    places: { same: shown(places.same), adjacent: shown(places.adjacent), elsewhere: shown(places.elsewhere) },
  };
}

const rounded = (value: number) => Number(value.toPrecision(5));

function histogramOf(f: number, { stats, bands }: Collection, fires: number): FeatureHistogram {
  const { edges, counts } = stats.histograms.binsOf(f, stats.max[f] as number);
  const [text = [], image = []] = counts;
  const samples = stats.samples.image + stats.samples.text - stats.samples.duplicates;
  return {
    edges: edges.map(rounded),
    counts: text.map((n, i) => n + (image[i] as number)),
    image,
    text,
    zero: stats.rows.image + stats.rows.text - fires,
    zeroSamples: samples - (stats.nFiring[f] as number),
    bands: bands.valueBands(f).map((b) => ({ ...b, lo: rounded(b.lo), hi: rounded(b.hi), share: rounded(b.share) })),
  };
}
