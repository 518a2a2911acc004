import type { Bands } from "@/lib/exemplars/bands";
import type { Corpus } from "@/lib/exemplars/codes";
import type { Facets } from "@/lib/exemplars/facets";
import type { LookAlikes } from "@/lib/exemplars/look-alikes";
import { type Pool, poolOf } from "@/lib/exemplars/pool";
import type { Ranked, Rankings } from "@/lib/exemplars/rankings";
import { type Band, type Facet, MIN_FIRING, VALUE_BANDS } from "@/lib/exemplars/schema";
import type { Statistics } from "@/lib/exemplars/statistics";

/** How many exemplars a feature gets: about 60 rows. `miss` is half "almost" and half "alike". */
export const EXEMPLAR_SIZES = { image: 12, mean: 4, text: 5, perBand: 4, bandText: 1, miss: 8 } as const;

/** A sample chosen for a band of a feature, before its grid is read. */
export interface Choice {
  feature: number;
  band: Band;
  rank: number;
  sample: number;
  kind: "image" | "text";
  pool: Pool;
  /** Near misses: of which sort. Twins: the facet. */
  why: "alike" | "almost" | Facet | null;
  /** Further samples of its group, folded into this one. */
  nearDuplicates: number;
  /** Near misses: rank in `top` of the exemplar that it looks like, null when no embedding tells. */
  resembles: number | null;
}

/** What two passes over the codes found, as far as exemplars are chosen by it. */
export interface Found {
  stats: Statistics;
  bands: Bands;
  facets: Facets;
  lookAlikes: LookAlikes | null;
}

type Put = (
  band: Band,
  ranked: readonly (Ranked & { resembles?: number | null })[],
  kind: Choice["kind"],
  why?: Choice["why"],
) => void;

/** The samples that show feature `f`, in every band; empty for dead and too rare features. */
export function chooseExemplars(f: number, found: Found, corpus: Corpus, seed: number): Choice[] {
  const { stats, bands } = found;
  if ((stats.nFiring[f] as number) < MIN_FIRING) return [];
  const out: Choice[] = [];
  const ranks = new Map<Band, number>();
  const put: Put = (band, ranked, kind, why = null) => {
    for (const { sample, resembles = null } of ranked) {
      const rank = (ranks.get(band) ?? 0) + 1;
      ranks.set(band, rank);
      const pool = poolOf(corpus.key[sample] as number, f, seed);
      const nearDuplicates = corpus.folded[sample] as number;
      out.push({ feature: f, band, rank, sample, kind, pool, why, nearDuplicates, resembles });
    }
  };
  const S = EXEMPLAR_SIZES;
  const top = stats.byPeak.ranked(f).slice(0, S.image);
  put("top", top, "image");
  // A feature that fires on little else than text gets the free places of images.
  put("top", stats.byText.ranked(f).slice(0, Math.min(S.image, S.text + S.image - top.length)), "text");
  const shown = new Set(top.map((r) => r.sample));
  const byMean = stats.byMean.ranked(f).filter((r) => !shown.has(r.sample));
  put("mean", byMean.slice(0, S.mean), "image");
  VALUE_BANDS.forEach((band, i) => {
    const at = VALUE_BANDS.length - 1 - i;
    const images = (bands.image[at] as Rankings).ranked(f).slice(0, S.perBand);
    const texts = (bands.text[at] as Rankings).ranked(f);
    put(band, images, "image");
    put(band, texts.slice(0, Math.min(S.perBand, S.perBand + S.bandText - images.length)), "text");
  });
  chooseMisses(f, found, put);
  for (const { facet, samples } of found.facets.countsOf(f)) {
    const kind = facet === "caption" || facet === "chat" ? "text" : "image";
    put(
      "twin",
      samples.map((sample) => ({ sample, score: 0 })),
      kind,
      facet,
    );
  }
  return out;
}

/**
 * Near misses, of the modality the feature is about: half of them samples where it was next in line, half of them samples
 * that look like an exemplar. Where one sort has too few, the other has its places.
 */
function chooseMisses(f: number, { stats, bands, lookAlikes }: Found, put: Put): void {
  const nImage = stats.nFiringImage[f] as number;
  const image = nImage >= MIN_FIRING || nImage >= (stats.nFiringText[f] as number);
  const kind = image ? "image" : "text";
  const almost = (image ? stats.almostImage : stats.almostText).ranked(f);
  const alike = image && lookAlikes ? lookAlikes.ranked(f) : (image ? bands.alike : bands.alikeText).ranked(f);
  const half = EXEMPLAR_SIZES.miss / 2;
  const first = almost.slice(0, Math.max(half, EXEMPLAR_SIZES.miss - alike.length));
  const taken = new Set(first.map((r) => r.sample));
  const second = alike.filter((r) => !taken.has(r.sample)).slice(0, EXEMPLAR_SIZES.miss - first.length);
  const like = (r: Ranked) => ({ ...r, resembles: image ? (lookAlikes?.resembles(f, r.sample) ?? null) : null });
  put("miss", first.map(like), kind, "almost");
  put("miss", second, kind, "alike");
}
