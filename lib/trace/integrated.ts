import { createRng } from "@/lib/core/rng";
import { type Codes, decode, directionOf, type Sae } from "@/lib/sae/sae";
import { type Matrix, row } from "@/lib/tensor/matrix";
import { dot } from "@/lib/tensor/stats";
import { type Attribution, attribute } from "@/lib/trace/attribution";

/** Ways out of the hidden states; each cause leaves by one. More ways come closer to taking causes out one by one. */
const WAYS = 16;

/**
 * Integrated gradients (Sundararajan et al., 2017, arXiv 1703.01365) of causes that are taken out one at a time. Causes fall into
 * groups by lot; each group has a way of its own, along which it leaves while all others stay, and the gradient at the middle
 * of that way stands for it. The usual single way, on which everything leaves at once, foretells worse what one cause does:
 * docs/decisions/0006.
 * @param plain gradient at the hidden states themselves, [tokens, d].
 * @param gradientsAt gradients of the objective at several states of the site, [tokens, d] each.
 */
export async function integrate(
  plain: Matrix,
  gradientsAt: (states: readonly Matrix[]) => Promise<Matrix[]>,
  acts: Matrix,
  codes: Codes,
  sae: Sae,
): Promise<Attribution> {
  const lot = createRng(0, "ways").shuffle(Array.from(codes.index, (_, slot) => slot % WAYS));
  const explained = decode(codes, sae);
  const withoutError = { ...acts, data: acts.data.map((h, i) => (h + explained.data[i]!) / 2) };
  const ways = Array.from({ length: WAYS }, (_, way) => halfOut(acts, codes, sae, lot, way));
  const [ofError, ...gradients] = await gradientsAt([withoutError, ...ways]);
  const one = attribute(acts, codes, sae, plain);
  const wayAt = new Map(Array.from(codes.index, (feature, slot) => [nameOf(slot, feature, codes.k), lot[slot]!]));
  const atoms = one.atoms.map((atom) => {
    const way = wayAt.get(`${atom.position}/${atom.feature}`)!;
    return { ...atom, estimate: atom.z * dot(directionOf(sae, atom.feature), row(gradients[way]!, atom.position)) };
  });
  atoms.sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate));
  const error = one.error.map((_, t) => dot(row(acts, t), row(ofError!, t)) - dot(row(explained, t), row(ofError!, t)));
  return { ...one, atoms, error };
}

const nameOf = (slot: number, feature: number, k: number) => `${Math.floor(slot / k)}/${feature}`;

/** The hidden states with half of what the features of one way contribute taken out. */
function halfOut(acts: Matrix, codes: Codes, sae: Sae, lot: readonly number[], way: number): Matrix {
  const out = { ...acts, data: acts.data.slice() };
  for (const [slot, of] of lot.entries()) {
    const z = codes.value[slot]!;
    if (of !== way || z <= 0) continue;
    const [h, direction] = [row(out, Math.floor(slot / codes.k)), directionOf(sae, codes.index[slot]!)];
    for (let i = 0; i < h.length; i++) h[i]! -= 0.5 * z * direction[i]!;
  }
  return out;
}
