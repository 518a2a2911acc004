import { type Corpus, ROW_IMAGE, ROW_TEXT, type SampleCodes } from "@/lib/exemplars/codes";
import { LogHistograms } from "@/lib/exemplars/log-histogram";
import type { SamplePeaks } from "@/lib/exemplars/peaks";
import { priorityOf } from "@/lib/exemplars/pool";
import { Rankings } from "@/lib/exemplars/rankings";
import { StampedMax } from "@/lib/exemplars/stamped-max";

/** Rows kept per feature for each ranking of the first pass. */
export interface RankingSizes {
  image: number;
  mean: number;
  text: number;
  /** "Almost fired": silent samples where the feature was next in line. */
  almost: number;
  /** Drawn by chance among those where it fires. */
  drawn: number;
}

/** Keeps the draw apart from the splits and reservoirs that use the same keys. */
const DRAW = 0xd2a3;
const TINY = 2 ** -33;
const TEXT = 0;
const IMAGE = 1;

/**
 * First pass over a corpus, one call per sample. Memory per feature: 49 bytes of counters, 512 of histograms, 4 per grid
 * cell of the position map and 8 per ranking slot: about 2.8 kB at 196 cells, 370 MB for 131,072 features.
 */
export class Statistics {
  readonly fires: Uint32Array; // [2, n] positions with z > 0: text, then image
  readonly nFiring: Uint32Array; // [n] samples where it fires, duplicates folded
  readonly nFiringImage: Uint32Array; // [n]
  readonly nFiringText: Uint32Array; // [n]
  readonly sum: Float64Array; // [n]
  readonly sumSquares: Float64Array; // [n]
  readonly max: Float32Array; // [n]
  readonly histograms: LogHistograms;
  readonly positions: Float32Array; // [n, nCells] sum of z per cell of the base grid
  readonly byPeak: Rankings; // images by largest z
  readonly byMean: Rankings; // images by mean z over the base grid
  readonly byText: Rankings; // samples by largest z over their text
  readonly drawnImage: Rankings; // images drawn by chance, by `drawOf`
  readonly drawnText: Rankings; // samples drawn by the text in them
  readonly nFolded: Uint32Array; // [n] near-duplicates where it fires, counted in no ranking
  readonly codeNorm: Float64Array; // [n] sum over the cells where it fires of the norm of all codes there
  codeNormSum = 0; // the same over all cells
  readonly almostImage: Rankings;
  readonly almostText: Rankings;
  readonly rows = { image: 0, text: 0 };
  readonly samples = { image: 0, text: 0, duplicates: 0 };
  private readonly runnersUp: StampedMax;

  constructor(
    readonly n: number,
    readonly corpus: Corpus,
    sizes: RankingSizes,
    private readonly seed = 0,
  ) {
    this.fires = new Uint32Array(2 * n);
    this.nFiring = new Uint32Array(n);
    this.nFiringImage = new Uint32Array(n);
    this.nFiringText = new Uint32Array(n);
    this.sum = new Float64Array(n);
    this.sumSquares = new Float64Array(n);
    this.max = new Float32Array(n);
    this.histograms = new LogHistograms(n, 2);
    this.positions = new Float32Array(n * corpus.nCells);
    this.byPeak = new Rankings(n, sizes.image);
    this.byMean = new Rankings(n, sizes.image + sizes.mean);
    this.byText = new Rankings(n, sizes.text);
    this.drawnImage = new Rankings(n, sizes.drawn);
    this.drawnText = new Rankings(n, sizes.drawn);
    this.nFolded = new Uint32Array(n);
    this.codeNorm = new Float64Array(n);
    this.almostImage = new Rankings(n, sizes.almost);
    this.almostText = new Rankings(n, sizes.almost);
    this.runnersUp = new StampedMax(n);
  }

  /** Adds one sample; `peaks` must have scanned it. Duplicates count in the token statistics, in no ranking. */
  add(codes: SampleCodes, peaks: SamplePeaks): void {
    this.addPositions(codes);
    this.rows.image += peaks.imageRows;
    this.rows.text += peaks.textRows;
    if (peaks.imageRows > 0) this.samples.image++;
    else this.samples.text++;
    if (this.corpus.first[codes.sample] !== codes.sample) {
      this.samples.duplicates++;
      for (let i = 0; i < peaks.nTouched; i++) this.nFolded[peaks.touched[i] as number]!++;
      return;
    }
    this.rank(codes.sample, peaks);
    this.addAlmost(codes, peaks);
  }

  /** Share of positions of a modality that fire; 0 when there are none. */
  rate(feature: number, modality: "image" | "text"): number {
    const rows = this.rows[modality];
    const at = (modality === "image" ? IMAGE : TEXT) * this.n + feature;
    return rows === 0 ? 0 : (this.fires[at] as number) / rows;
  }

  /**
   * Key of a sample in the draw of a feature, the same in every pass: the largest keys are drawn. A sample is drawn with a
   * weight of its squared peak (Efraimidis and Spirakis, 2006), since most features fire weakly on much that they are not
   * about.
   */
  drawOf(feature: number, sample: number, peak: number): number {
    const u = priorityOf(this.corpus.key[sample] as number, feature, this.seed ^ DRAW);
    return Math.log(u + TINY) / (peak * peak);
  }

  private addPositions(codes: SampleCodes): void {
    const { n, corpus } = this;
    const { k, index, value, kind, at } = codes;
    for (let r = 0; r < codes.rows; r++) {
      if (kind[r] !== ROW_IMAGE && kind[r] !== ROW_TEXT) continue;
      const group = kind[r] === ROW_IMAGE ? IMAGE : TEXT;
      const norm = group === IMAGE ? normOf(value, r * k, (r + 1) * k) : 0;
      this.codeNormSum += norm;
      for (let i = r * k; i < (r + 1) * k; i++) {
        const v = value[i] as number;
        if (!(v > 0)) continue;
        const f = index[i] as number;
        this.fires[group * n + f] = (this.fires[group * n + f] as number) + 1;
        this.sum[f] = (this.sum[f] as number) + v;
        this.sumSquares[f] = (this.sumSquares[f] as number) + v * v;
        if (v > (this.max[f] as number)) this.max[f] = v;
        this.histograms.add(group, f, v);
        if (group === IMAGE) {
          this.codeNorm[f] = (this.codeNorm[f] as number) + norm;
          const cell = f * corpus.nCells + (at[r] as number);
          this.positions[cell] = (this.positions[cell] as number) + v;
        }
      }
    }
  }

  private rank(sample: number, peaks: SamplePeaks): void {
    for (let i = 0; i < peaks.nTouched; i++) {
      const f = peaks.touched[i] as number;
      this.nFiring[f] = (this.nFiring[f] as number) + 1;
      const image = peaks.imagePeak[f] as number;
      const text = peaks.textPeak[f] as number;
      if (image > 0) {
        this.nFiringImage[f] = (this.nFiringImage[f] as number) + 1;
        this.byPeak.offer(f, sample, image);
        this.drawnImage.offer(f, sample, this.drawOf(f, sample, image));
        this.byMean.offer(f, sample, (peaks.imageSum[f] as number) / peaks.imageRows);
      }
      if (text > 0) {
        this.nFiringText[f] = (this.nFiringText[f] as number) + 1;
        this.byText.offer(f, sample, text);
        this.drawnText.offer(f, sample, this.drawOf(f, sample, text));
      }
    }
  }

  /** Runners-up of features that are silent in the whole sample, by their largest pre-activation. */
  private addAlmost(codes: SampleCodes, peaks: SamplePeaks): void {
    const { m, nextIndex, nextValue, kind } = codes;
    if (m === 0) return;
    const none = Number.NEGATIVE_INFINITY;
    const best = this.runnersUp;
    best.reset();
    for (let r = 0; r < codes.rows; r++) {
      const image = kind[r] === ROW_IMAGE;
      if (!image && kind[r] !== ROW_TEXT) continue;
      for (let i = r * m; i < (r + 1) * m; i++) {
        const f = nextIndex[i] as number;
        const p = nextValue[i] as number;
        if (!peaks.fired(f)) best.offer(f, image ? p : none, image ? none : p);
      }
    }
    for (let i = 0; i < best.nTouched; i++) {
      const f = best.touched[i] as number;
      if ((best.image[f] as number) > none) this.almostImage.offer(f, codes.sample, best.image[f] as number);
      if ((best.text[f] as number) > none) this.almostText.offer(f, codes.sample, best.text[f] as number);
    }
  }
}

/** Euclidean norm of values[from, to): of the codes at one position, nearly that of the reconstruction. */
function normOf(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (values[i] as number) ** 2;
  return Math.sqrt(sum);
}
