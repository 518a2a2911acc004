import { AppError } from "@/lib/core/errors";
import { inMemory, readAll, type StoredMatrix, scaledRows } from "@/lib/formats/stored-matrix";
import { rowSums } from "@/lib/sae/formats/row-sums";
import { type RawSae, type StoredSae, withGuess } from "@/lib/sae/formats/stored-sae";
import type { Sae } from "@/lib/sae/sae";
import { checkFinite, normNotices } from "@/lib/sae/validate";

export interface CanonicalOptions {
  /** Takes an SAE whose threshold was never set, so that it can be calibrated. */
  uncalibrated?: boolean;
}

/** Norms this near to 1 are 1: float32 rows that were normalised are off by some 1e-7. */
const UNIT = 1e-5;

/**
 * Checks an SAE and folds what differs from the canonical form, so that p = (x - c) W^T + beta and z counts in raw units. With f the
 * decoder norms, s the scale of the rows and g the encoder's factors: W' = g f W, D' = D / f, c' = s c, theta' = s f max(0, theta),
 * beta' = s f beta, and s f (beta + g W c) where c was not subtracted from the input. Norms are folded where that changes nothing but
 * the unit of z: with thresholds, with a top-k that selects by p times norm, and when all are equal. Reads each matrix once, in blocks.
 * @throws AppError SAE_UNREADABLE (NaN, k or theta out of range)
 */
export async function canonical(raw: RawSae, { uncalibrated = false }: CanonicalOptions = {}): Promise<StoredSae> {
  const { n, d, names, activation, scale = 1, encoderFactors: g } = raw;
  checkFinite(names.beta, raw.beta);
  checkFinite(names.c, raw.c);
  if (raw.thresholds) checkFinite(names.thresholds ?? "threshold", raw.thresholds);
  const encoder = await rowSums(raw.W, raw.subtractsBias ? undefined : raw.c);
  const norms = (await rowSums(raw.D)).squares.map(Math.sqrt);
  const notices = [...raw.provenance.notices];
  const k = checkCount(raw, notices);
  if (activation === "jumprelu" && !raw.thresholds && !(raw.theta >= 0) && !uncalibrated) {
    throw new AppError(
      "SAE_UNREADABLE",
      "threshold is -1 (never set): calibrate before use (npx fovea sae import --calibrate)",
    );
  }

  if (encoder.squares.every((square) => square === 0)) notices.push(`${raw.W.name}: all values are 0`);
  const f = foldedNorms(raw, norms, notices);
  if (!f) notices.push(...normNotices(raw.D.name, norms));
  if (!raw.subtractsBias && raw.c.some((value) => value !== 0)) {
    notices.push(`${names.c} is not subtracted from the input in this file: folded into the encoder's bias`);
  }
  if (scale !== 1) notices.push(`rows are divided by ${scale} in this file: folded into biases and thresholds`);

  const beta = raw.beta.slice();
  for (let i = 0; i < n; i++) {
    const shift = encoder.dots ? (g?.[i] ?? 1) * encoder.dots[i]! : 0;
    beta[i] = scale * (f?.[i] ?? 1) * (raw.beta[i]! + shift);
  }
  return {
    d,
    n,
    k,
    W: scaledRows(scaledRows(raw.W, g), f),
    D: scaledRows(
      raw.D,
      f?.map((factor) => (factor > 0 ? 1 / factor : 1)),
    ),
    beta,
    c: raw.c.map((value) => scale * value),
    activation,
    ...foldedThresholds(raw, f, scale, notices),
    ...(raw.input ? { input: raw.input } : {}),
    provenance: { ...(raw.k === undefined ? withGuess(raw.provenance, true) : raw.provenance), notices },
    close: raw.close,
  };
}

/** The same in memory: each matrix is held once, and a block beside it while it is read. Closes the file. */
export async function loadRaw(raw: RawSae, options?: CanonicalOptions): Promise<Sae> {
  const { n, d } = raw;
  try {
    const [W, D] = [await readAll(raw.W), await readAll(raw.D)];
    // In the place of the file's matrices, so that nothing is read twice.
    const own = { ...raw, W: inMemory(raw.W.name, W, n, d), D: inMemory(raw.D.name, D, n, d) };
    const { close: _, ...sae } = await canonical(own, options);
    return { ...sae, W: scaleInPlace(W, sae.W), D: scaleInPlace(D, sae.D) };
  } catch (error) {
    // If a value is not finite, the file tells its place in its own order.
    for (const m of [raw.W, raw.D]) await rowSums(m);
    throw error;
  } finally {
    await raw.close();
  }
}

function scaleInPlace(values: Float32Array, { rowFactors, cols }: StoredMatrix): Float32Array {
  rowFactors?.forEach((factor, r) => {
    for (let t = r * cols; t < (r + 1) * cols; t++) values[t]! *= factor;
  });
  return values;
}

function checkCount({ k, n, names }: RawSae, notices: string[]): number {
  if (k === undefined) {
    const guess = Math.min(n, 64);
    notices.push(
      `the file does not say how many latents are active: k = ${guess} is a guess, rows to calibrate on tell it`,
    );
    return guess;
  }
  if (Number.isInteger(k) && k >= 1 && k <= n) return k;
  const problem = `${names.k ?? "k"} = ${k}, but it must lie in 1 .. ${n} (the number of latents)`;
  throw new AppError("SAE_UNREADABLE", problem);
}

/** What rows are to be divided by, [n]; undefined where nothing is folded. */
function foldedNorms(raw: RawSae, norms: Float64Array, notices: string[]): Float64Array | undefined {
  if (raw.keepsNorms || norms.every((norm) => Math.abs(norm - 1) <= UNIT)) return undefined;
  const alive = norms.filter((norm) => norm > 0);
  const [least, most] = range(alive);
  const equal = alive.length > 0 && most / least - 1 <= UNIT;
  if (raw.activation === "topk" && !raw.selectsByNorm && !equal) {
    notices.push("norms are not folded, since other latents would be chosen: a value times its norm is in raw units");
    return undefined;
  }
  const silent = norms.length - alive.length;
  if (alive.length > 0) {
    notices.push(
      `${raw.D.name}: row norms from ${least.toPrecision(3)} to ${most.toPrecision(3)} folded into the encoder`,
    );
  }
  if (silent > 0) notices.push(`${raw.D.name}: ${silent} of ${norms.length} rows are 0`);
  // One factor for all where they are equal, silent ones too: then no two latents can change places. Where the largest p times norm are
  // chosen, a latent without a direction is never one of them.
  const silentFactor = raw.selectsByNorm ? 0 : equal ? most : 1;
  return norms.map((norm) => (norm > 0 ? (equal ? most : norm) : silentFactor));
}

const range = (values: Float64Array): [number, number] => {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
};

function foldedThresholds(
  { activation, theta, thresholds, names, n }: RawSae,
  f: Float64Array | undefined,
  scale: number,
  notices: string[],
): { theta: number; thresholds?: Float32Array } {
  if (activation === "topk") return { theta: theta >= 0 && !f ? scale * theta : -1 };
  if (!thresholds && !(theta >= 0)) return { theta: -1 };
  const own = thresholds ?? (f && theta > 0 ? new Float32Array(n).fill(theta) : undefined);
  if (!own) return { theta: scale * theta };
  // What is kept is relu(p) where p > theta: below 0 the ReLU decides.
  const below = own.reduce((count, value) => count + Number(value < 0), 0);
  if (below > 0) notices.push(`${names.thresholds}: ${below} of ${n} below 0 act as 0`);
  const folded = own.map((value, i) => scale * (f?.[i] ?? 1) * Math.max(0, value));
  if (folded.every((value) => value === folded[0])) return { theta: folded[0]! };
  return { theta: theta >= 0 && !f ? scale * theta : -1, thresholds: folded };
}
