import type { Explained } from "@/lib/sae/explained";
import type { Codes } from "@/lib/sae/sae";
import type { InspectCodes } from "./codes/format";
import type { FeatureFacts } from "./data";
import { SHARE_UNIT } from "./explained/format";
import type { Fired } from "./schema";

/**
 * Codes of an input turned round: by feature instead of by position. Values become bytes on the scale of the feature's
 * maximum over the corpus, or of its peak here where that is larger; 0 only for exactly 0.
 * @param explained of the same rows, to be kept with them.
 */
export function collectCodes(
  codes: Codes,
  factsOf: (feature: number) => Pick<FeatureFacts, "max" | "aRef" | "density"> | undefined,
  explained?: Pick<Explained, "energy" | "share">,
): InspectCodes {
  const byFeature = new Map<number, [position: number, value: number, at: number][]>();
  for (let t = 0; t < codes.index.length; t++) {
    const value = codes.value[t] as number;
    if (value <= 0) continue;
    const feature = codes.index[t] as number;
    const own = byFeature.get(feature);
    const entry: [number, number, number] = [Math.floor(t / codes.k), value, t];
    if (own) own.push(entry);
    else byFeature.set(feature, [entry]);
  }
  const features = [...byFeature.keys()].sort((a, b) => a - b);
  const n = features.reduce((sum, f) => sum + (byFeature.get(f)?.length ?? 0), 0);
  const out: InspectCodes = {
    feature: Uint32Array.from(features),
    ptr: new Uint32Array(features.length + 1),
    pos: new Uint16Array(n),
    q: new Uint8Array(n),
    scale: new Float32Array(features.length),
    ref: new Float32Array(features.length),
    density: new Float32Array(features.length),
  };
  const share = explained && new Int16Array(n);
  let at = 0;
  features.forEach((feature, i) => {
    const own = byFeature.get(feature) as [number, number, number][];
    const facts = factsOf(feature);
    const scale = Math.max(facts?.max ?? 0, ...own.map(([, value]) => value));
    out.scale[i] = scale;
    out.ref[i] = facts?.aRef || scale;
    out.density[i] = facts?.density ?? 0;
    for (const [position, value, t] of own) {
      out.pos[at] = position;
      if (share) share[at] = toUnits(explained.share[t] as number);
      out.q[at++] = Math.max(1, Math.round((255 * value) / scale));
    }
    out.ptr[i + 1] = at;
  });
  return share ? { ...out, share, energy: Float32Array.from(explained.energy) } : out;
}

/** Beyond three times the hidden state itself, which no feature of a working SAE comes near, shares are cut off. */
function toUnits(share: number): number {
  return Math.max(-0x7fff, Math.min(0x7fff, Math.round(share / SHARE_UNIT)));
}

/**
 * All features that fire at the positions that count, strongest first by peak as a share of the reference strength. (Marks of the
 * chat format, which collect a model's attention, would lead every list.)
 */
export function overallOf(
  codes: Codes,
  counts: (position: number) => boolean,
  facts: ReadonlyMap<number, FeatureFacts>,
  saeRef: string,
): Fired[] {
  const sums = new Map<number, { sum: number; n: number; peak: number; peakAt: number }>();
  for (let t = 0; t < codes.index.length; t++) {
    const value = codes.value[t] as number;
    if (value <= 0 || !counts(Math.floor(t / codes.k))) continue;
    const feature = codes.index[t] as number;
    const s = sums.get(feature) ?? { sum: 0, n: 0, peak: 0, peakAt: 0 };
    s.sum += value;
    s.n++;
    if (value > s.peak) Object.assign(s, { peak: value, peakAt: Math.floor(t / codes.k) });
    sums.set(feature, s);
  }
  return [...sums]
    .map(([index, { sum, n, peak, peakAt }]) => {
      const f = facts.get(index);
      return {
        ref: `${saeRef}/${index}`,
        index,
        label: f?.label ?? null,
        status: f?.status ?? "pending",
        kind: f?.kind ?? null,
        flags: f?.flags ?? [],
        density: f?.density ?? 0,
        aRef: f?.aRef || peak,
        peak,
        mean: sum / codes.rows,
        area: n / codes.rows,
        peakAt,
      };
    })
    .sort((a, b) => b.peak / b.aRef - a.peak / a.aRef || a.index - b.index);
}

/** The strongest features of every position, as [feature, value]. */
export function perPositionOf(codes: Codes, n: number): [number, number][][] {
  return Array.from({ length: codes.rows }, (_, r) => {
    const own: [number, number][] = [];
    for (let t = r * codes.k; t < (r + 1) * codes.k && own.length < n; t++) {
      if ((codes.value[t] as number) > 0) own.push([codes.index[t] as number, codes.value[t] as number]);
    }
    return own;
  });
}
