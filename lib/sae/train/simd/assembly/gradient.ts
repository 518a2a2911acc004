import { dot, horizontal, LANES, multiplyAdd } from "./lanes";

/** Gradients of latents `from` to `to`; `qw` [d] and `l1Out` get the block's sums. */
export function latentGradients(
  from: i32,
  to: i32,
  d: i32,
  gradScale: f64,
  auxScale: f64,
  l1: f64,
  unitNorm: bool,
  bandwidth: f64,
  l0Slope: f64,
  W: usize,
  D: usize,
  thresholds: usize,
  xbar: usize,
  levelError: usize,
  start: usize,
  pairRow: usize,
  pairError: usize,
  pairZ: usize,
  pairNear: usize,
  pairQ: usize,
  auxSlot: usize,
  auxW: usize,
  auxD: usize,
  auxBeta: usize,
  gW: usize,
  gD: usize,
  gBeta: usize,
  gThresholds: usize,
  latentNorm: usize,
  qw: usize,
  l1Out: usize,
): void {
  memory.fill(qw, 0, (<usize>d) << 3);
  let l1Sum: f64 = 0;
  for (let i = from; i < to; i++) {
    const own = (<usize>i * <usize>d) << 2;
    const first = load<i32>(start + ((<usize>i) << 2));
    const end = load<i32>(start + ((<usize>i) << 2), 4);
    const norm2 = dot(D + own, D + own, d);
    const norm = sqrt(norm2);
    const push = l1 * norm;
    let q: f64 = 0;
    let zSum: f64 = 0;
    let near: f64 = 0;
    let nearCount = 0;
    for (let t = first; t < end; t++) {
      const along =
        dot(D + own, levelError + ((<usize>load<i32>(pairError + ((<usize>t) << 2)) * <usize>d) << 2), d) * gradScale;
      const value = load<f32>(pairZ + ((<usize>t) << 2));
      if (pairNear != 0 && load<u8>(pairNear + <usize>t) > 0) {
        near += along;
        nearCount++;
      }
      const qt = value > 0 ? along + push : 0;
      store<f32>(pairQ + ((<usize>t) << 2), <f32>qt);
      q += qt;
      zSum += <f64>value;
    }
    const slot = load<i32>(auxSlot + ((<usize>i) << 2));
    const dead = (<usize>max(slot, 0) * <usize>d) << 2;
    if (slot >= 0) q += auxScale * load<f64>(auxBeta + ((<usize>slot) << 3));
    const shrink: f64 = l1 > 0 && norm > 0 ? (l1 * zSum) / norm : 0;
    if (l1 > 0) l1Sum += zSum * norm;

    let inner: f64 = 0;
    let squares: f64 = 0;
    let j = 0;
    for (; j + LANES <= d; j += LANES) {
      const at = (<usize>j) << 2;
      let w0 = f32x4.splat(0);
      let w1 = w0;
      let w2 = w0;
      let w3 = w0;
      let d0 = w0;
      let d1 = w0;
      let d2 = w0;
      let d3 = w0;
      for (let t = first; t < end; t++) {
        const value = load<f32>(pairZ + ((<usize>t) << 2));
        if (value <= 0) continue;
        const qt = v128.load32_splat(pairQ + ((<usize>t) << 2));
        const weight = f32x4.splat(<f32>(<f64>value * gradScale));
        const x = xbar + ((<usize>load<i32>(pairRow + ((<usize>t) << 2)) * <usize>d) << 2) + at;
        const g = levelError + ((<usize>load<i32>(pairError + ((<usize>t) << 2)) * <usize>d) << 2) + at;
        w0 = multiplyAdd(qt, v128.load(x), w0);
        w1 = multiplyAdd(qt, v128.load(x, 16), w1);
        w2 = multiplyAdd(qt, v128.load(x, 32), w2);
        w3 = multiplyAdd(qt, v128.load(x, 48), w3);
        d0 = multiplyAdd(weight, v128.load(g), d0);
        d1 = multiplyAdd(weight, v128.load(g, 16), d1);
        d2 = multiplyAdd(weight, v128.load(g, 32), d2);
        d3 = multiplyAdd(weight, v128.load(g, 48), d3);
      }
      if (slot >= 0) {
        const scale = f32x4.splat(<f32>auxScale);
        w0 = multiplyAdd(scale, v128.load(auxW + dead + at), w0);
        w1 = multiplyAdd(scale, v128.load(auxW + dead + at, 16), w1);
        w2 = multiplyAdd(scale, v128.load(auxW + dead + at, 32), w2);
        w3 = multiplyAdd(scale, v128.load(auxW + dead + at, 48), w3);
        d0 = multiplyAdd(scale, v128.load(auxD + dead + at), d0);
        d1 = multiplyAdd(scale, v128.load(auxD + dead + at, 16), d1);
        d2 = multiplyAdd(scale, v128.load(auxD + dead + at, 32), d2);
        d3 = multiplyAdd(scale, v128.load(auxD + dead + at, 48), d3);
      }
      const line = D + own + at;
      if (shrink != 0) {
        const s = f32x4.splat(<f32>shrink);
        d0 = multiplyAdd(s, v128.load(line), d0);
        d1 = multiplyAdd(s, v128.load(line, 16), d1);
        d2 = multiplyAdd(s, v128.load(line, 32), d2);
        d3 = multiplyAdd(s, v128.load(line, 48), d3);
      }
      inner += horizontal(
        f32x4.add(
          multiplyAdd(d1, v128.load(line, 16), f32x4.mul(d0, v128.load(line))),
          multiplyAdd(d3, v128.load(line, 48), f32x4.mul(d2, v128.load(line, 32))),
        ),
      );
      squares += horizontal(f32x4.add(multiplyAdd(w1, w1, f32x4.mul(w0, w0)), multiplyAdd(w3, w3, f32x4.mul(w2, w2))));
      v128.store(gW + own + at, w0);
      v128.store(gW + own + at, w1, 16);
      v128.store(gW + own + at, w2, 32);
      v128.store(gW + own + at, w3, 48);
      v128.store(gD + own + at, d0);
      v128.store(gD + own + at, d1, 16);
      v128.store(gD + own + at, d2, 32);
      v128.store(gD + own + at, d3, 48);
    }
    for (; j < d; j++) {
      const at = (<usize>j) << 2;
      let w: f32 = 0;
      let g: f32 = 0;
      for (let t = first; t < end; t++) {
        const value = load<f32>(pairZ + ((<usize>t) << 2));
        if (value <= 0) continue;
        const row = (<usize>load<i32>(pairRow + ((<usize>t) << 2)) * <usize>d) << 2;
        const error = (<usize>load<i32>(pairError + ((<usize>t) << 2)) * <usize>d) << 2;
        w += load<f32>(pairQ + ((<usize>t) << 2)) * load<f32>(xbar + row + at);
        g += <f32>(<f64>value * gradScale) * load<f32>(levelError + error + at);
      }
      if (slot >= 0) {
        w += <f32>auxScale * load<f32>(auxW + dead + at);
        g += <f32>auxScale * load<f32>(auxD + dead + at);
      }
      const own_j = load<f32>(D + own + at);
      g += <f32>shrink * own_j;
      inner += <f64>(g * own_j);
      squares += <f64>(w * w);
      store<f32>(gW + own + at, w);
      store<f32>(gD + own + at, g);
    }

    // Only the direction of d_i is free where its norm is fixed.
    const along = unitNorm ? inner / ((norm + 1e-6) * (norm + 1e-6)) : 0;
    squares += projected(gD + own, D + own, <f32>along, d);
    if (gThresholds != 0) {
      const slope = -(<f64>load<f32>(thresholds + ((<usize>i) << 2)) * near + l0Slope * <f64>nearCount) / bandwidth;
      store<f64>(gThresholds + ((<usize>i) << 3), slope);
      squares += slope * slope;
    }
    store<f64>(gBeta + ((<usize>i) << 3), q);
    store<f64>(latentNorm + ((<usize>i) << 3), squares + q * q);
    if (q != 0) addScaled(qw, W + own, q, d);
  }
  store<f64>(l1Out, l1Sum);
}

/** Takes `along` times `line` from `g`, both [d]; returns the squares of what is left. */
function projected(g: usize, line: usize, along: f32, d: i32): f64 {
  const a = f32x4.splat(along);
  let sum: f64 = 0;
  let j = 0;
  for (; j + 4 <= d; j += 4) {
    const at = (<usize>j) << 2;
    const free = f32x4.sub(v128.load(g + at), f32x4.mul(a, v128.load(line + at)));
    v128.store(g + at, free);
    sum += horizontal(f32x4.mul(free, free));
  }
  for (; j < d; j++) {
    const at = (<usize>j) << 2;
    const free = load<f32>(g + at) - along * load<f32>(line + at);
    store<f32>(g + at, free);
    sum += <f64>(free * free);
  }
  return sum;
}

/** Adds q times float32 `values` [d] to float64 `sums` [d]. */
function addScaled(sums: usize, values: usize, q: f64, d: i32): void {
  const factor = f64x2.splat(q);
  let j = 0;
  for (; j + 2 <= d; j += 2) {
    const at = sums + ((<usize>j) << 3);
    const two = f64x2.promote_low_f32x4(v128.load64_zero(values + ((<usize>j) << 2)));
    v128.store(at, f64x2.add(v128.load(at), f64x2.mul(factor, two)));
  }
  for (; j < d; j++) {
    const at = sums + ((<usize>j) << 3);
    store<f64>(at, load<f64>(at) + q * <f64>load<f32>(values + ((<usize>j) << 2)));
  }
}
