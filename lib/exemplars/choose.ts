import type { Bands } from "@/lib/exemplars/bands";
import type { Corpus } from "@/lib/exemplars/codes";
import { type Pool, poolOf } from "@/lib/exemplars/pool";
import type { Ranked, Rankings } from "@/lib/exemplars/rankings";
import { type Band, MIN_FIRING, VALUE_BANDS } from "@/lib/exemplars/schema";
import type { Statistics } from "@/lib/exemplars/statistics";

/** How many exemplars a feature gets: about 50 rows. */
export const EXEMPLAR_SIZES = { image: 12, mean: 4, text: 5, perBand: 4, bandText: 1, miss: 5 } as const;

/** A sample chosen for a band of a feature, before its grid is read. */
export interface Choice {
  feature: number;
  band: Band;
  rank: number;
  sample: number;
  kind: "image" | "text";
  pool: Pool;
  why: "alike" | "almost" | null;
}

/** The samples that show feature `f`, in every band; empty for dead and too rare features. */
export function chooseExemplars(f: number, stats: Statistics, bands: Bands, corpus: Corpus, seed: number): Choice[] {
  if ((stats.nFiring[f] as number) < MIN_FIRING) return [];
  const out: Choice[] = [];
  const put = (band: Band, images: readonly Ranked[], texts: readonly Ranked[], why: Choice["why"] = null) => {
    const start = out.filter((c) => c.band === band).length;
    [...images.map((r) => [r, "image"] as const), ...texts.map((r) => [r, "text"] as const)].forEach(([r, kind], i) => {
      const pool = poolOf(corpus.key[r.sample] as number, f, seed);
      out.push({ feature: f, band, rank: start + i + 1, sample: r.sample, kind, pool, why });
    });
  };
  const S = EXEMPLAR_SIZES;
  const top = stats.byPeak.ranked(f).slice(0, S.image);
  // A feature that fires on little else than text gets the free places of images.
  const topTexts = stats.byText.ranked(f).slice(0, Math.min(S.image, S.text + S.image - top.length));
  put("top", top, topTexts);
  const shown = new Set(top.map((r) => r.sample));
  const byMean = stats.byMean.ranked(f).filter((r) => !shown.has(r.sample));
  put("mean", byMean.slice(0, S.mean), []);
  VALUE_BANDS.forEach((band, i) => {
    const at = VALUE_BANDS.length - 1 - i;
    const images = (bands.image[at] as Rankings).ranked(f).slice(0, S.perBand);
    const texts = (bands.text[at] as Rankings).ranked(f);
    put(band, images, texts.slice(0, Math.min(S.perBand, S.perBand + S.bandText - images.length)));
  });
  chooseMisses(f, stats, bands, put);
  return out;
}

/** Near misses, of the modality the feature is about: first those where it was next in line, then similar ones. */
function chooseMisses(
  f: number,
  stats: Statistics,
  bands: Bands,
  put: (band: Band, images: readonly Ranked[], texts: readonly Ranked[], why: Choice["why"]) => void,
): void {
  const nImage = stats.nFiringImage[f] as number;
  const image = nImage >= MIN_FIRING || nImage >= (stats.nFiringText[f] as number);
  const almost = (image ? stats.almostImage : stats.almostText).ranked(f);
  const alike = (image ? bands.alike : bands.alikeText).ranked(f);
  const half = Math.min(almost.length, Math.max(EXEMPLAR_SIZES.miss - alike.length, 3));
  const first = almost.slice(0, half);
  const taken = new Set(first.map((r) => r.sample));
  const second = alike.filter((r) => !taken.has(r.sample)).slice(0, EXEMPLAR_SIZES.miss - first.length);
  put("miss", image ? first : [], image ? [] : first, "almost");
  put("miss", image ? second : [], image ? [] : second, "alike");
}
