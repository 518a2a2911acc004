import { type Codes, decode, directionOf, type Sae } from "@/lib/sae/sae";
import { type Matrix, row } from "@/lib/tensor/matrix";
import { dot } from "@/lib/tensor/stats";

/** A feature at a token, and what it does for the objective. */
export interface Atom {
  position: number;
  feature: number;
  /** Its code there. */
  z: number;
  /** z (d . g): what the objective loses when the contribution goes, to first order. */
  estimate: number;
}

export interface Attribution {
  /** Active features at every token, largest |estimate| first. */
  atoms: Atom[];
  /** r . g of what the SAE leaves unexplained, and c . g of its bias, by token. */
  error: Float64Array;
  bias: Float64Array;
  /** Sum of h . g: equals the sum of all the others. */
  identity: number;
}

/**
 * Attribution patching with one gradient (arXiv 2411.14982, section 3.4; the SAE is not spliced in, so the gradient is that
 * of the model as it is): h = c + sum_j z_j d_j + r, so h . g falls into the shares of features, bias and error.
 * @param gradient of the objective with respect to `acts`, [tokens, d]; a mean of several for integrated gradients.
 */
export function attribute(acts: Matrix, codes: Codes, sae: Sae, gradient: Matrix): Attribution {
  const atoms: Atom[] = [];
  const explained = decode(codes, sae);
  const error = new Float64Array(acts.rows);
  const bias = new Float64Array(acts.rows);
  let identity = 0;
  for (let position = 0; position < acts.rows; position++) {
    const [h, g, x] = [row(acts, position), row(gradient, position), row(explained, position)];
    for (let t = position * codes.k; t < (position + 1) * codes.k; t++) {
      const [feature, z] = [codes.index[t]!, codes.value[t]!];
      if (z > 0) atoms.push({ position, feature, z, estimate: z * dot(directionOf(sae, feature), g) });
    }
    error[position] = dot(h, g) - dot(x, g);
    bias[position] = dot(sae.c, g);
    identity += dot(h, g);
  }
  atoms.sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate));
  return { atoms, error, bias, identity };
}

/**
 * What adding each feature at its reference strength to every token would do to the objective, to first order, [n]:
 * a_j (d_j . sum_t g_t). Features that are silent have no attribution; this is how they are found.
 */
export function gainsOf(sae: Sae, gradient: Matrix, references: Float32Array): Float32Array {
  const sum = new Float32Array(sae.d);
  for (let t = 0; t < gradient.rows; t++) {
    const g = row(gradient, t);
    for (let i = 0; i < sae.d; i++) sum[i]! += g[i]!;
  }
  return Float32Array.from({ length: sae.n }, (_, j) =>
    references[j] === 0 ? 0 : references[j]! * dot(directionOf(sae, j), sum),
  );
}
