import { type StrongestProducts, strongestProducts } from "@/lib/exemplars/strongest-products";
import { gatherRows, type Matrix } from "@/lib/tensor/matrix";

/** Another feature whose decoder row points the same way. */
export interface Neighbour {
  index: number;
  cosine: number;
}

/** Tokens whose logits a feature raises and lowers most, per unit of activation (the final norm is linearised). */
export interface LogitEffects {
  up: [token: string, value: number][];
  down: [token: string, value: number][];
}

/**
 * Nearest features by decoder cosine among `features`, largest first, never itself.
 * @param D decoder with unit rows, [n, d]
 * @returns feature -> up to `count` neighbours
 */
export async function neighboursOf(D: Matrix, features: Int32Array, count = 10): Promise<Map<number, Neighbour[]>> {
  const rows = gatherRows(D, features);
  const { k, up } = await strongestProducts(rows, rows, count + 1);
  const out = new Map<number, Neighbour[]>();
  features.forEach((feature, r) => {
    const list: Neighbour[] = [];
    for (let i = r * k; i < (r + 1) * k; i++) {
      if (up.index[i] === r) continue;
      list.push({ index: features[up.index[i] as number] as number, cosine: up.value[i] as number });
    }
    out.set(feature, list.slice(0, count));
  });
  return out;
}

/**
 * Direct logit effects: products of the decoder rows with the unembedding.
 * @param D decoder, [n, d]
 * @param unembedding rows per token with the weight of the final norm folded in, [vocab, d]
 */
export async function logitEffectsOf(
  D: Matrix,
  features: Int32Array,
  unembedding: Matrix,
  tokenText: (id: number) => string,
  count = 10,
): Promise<Map<number, LogitEffects>> {
  const products = await strongestProducts(gatherRows(D, features), unembedding, count);
  const pairs = (side: StrongestProducts["up"], r: number): [string, number][] =>
    Array.from({ length: products.k }, (_, i) => [
      storable(tokenText(side.index[r * products.k + i] as number)),
      Number((side.value[r * products.k + i] as number).toPrecision(4)),
    ]);
  return new Map([...features].map((f, r) => [f, { up: pairs(products.up, r), down: pairs(products.down, r) }]));
}

/** Text that a JSON column takes: byte-level vocabularies hold NUL and halves of characters. */
export function storable(text: string): string {
  return text.replace(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}
