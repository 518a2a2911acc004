/**
 * The kernels of ../../kernels.ts in AssemblyScript, four float32 at a time; what they compute is said there. Compiled to
 * ../kernels.wasm by `npm run kernels`. Every array is given by its address in the shared memory; an address of 0 means that
 * the architecture has no such array. Sums over rows and latents are float64, as there; along a row they are float32.
 */

/** Values taken together: what four registers hold. */
const LANES: i32 = 16;

function horizontal(v: v128): f64 {
  return (
    <f64>f32x4.extract_lane(v, 0) +
    <f64>f32x4.extract_lane(v, 1) +
    (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3))
  );
}

function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** Adds four float32 to four float64 at `at`. */
function addWide(at: usize, v: v128): void {
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(v)));
  const high = v128.shuffle<i32>(v, v, 2, 3, 2, 3);
  v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Errors of rows `from` to `to`; `out` gets the weighted and the main sum of squares, `sumE` and `sumG` [d] their sums. */
export function decodeRows(
  from: i32,
  to: i32,
  d: i32,
  levels: i32,
  main: i32,
  weights: usize,
  D: usize,
  ybar: usize,
  e: usize,
  levelError: usize,
  stride: usize,
  rowStart: usize,
  index: usize,
  z: usize,
  level: usize,
  sumE: usize,
  sumG: usize,
  out: usize,
): void {
  const several = levels > 1;
  memory.fill(sumE, 0, (<usize>d) << 3);
  if (several) memory.fill(sumG, 0, (<usize>d) << 3);
  let loss: f64 = 0;
  let squares: f64 = 0;
  for (let b = from; b < to; b++) {
    const first = load<i32>(rowStart + ((<usize>b) << 2));
    const end = load<i32>(rowStart + ((<usize>b) << 2), 4);
    const row = (<usize>b * <usize>d) << 2;
    let j = 0;
    for (; j + LANES <= d; j += LANES) {
      const at = row + ((<usize>j) << 2);
      let a0 = v128.load(ybar + at);
      let a1 = v128.load(ybar + at, 16);
      let a2 = v128.load(ybar + at, 32);
      let a3 = v128.load(ybar + at, 48);
      let t = first;
      for (let m = 0; m < levels; m++) {
        for (; t < end && <i32>load<u8>(level + <usize>t) <= m; t++) {
          const value = load<f32>(z + ((<usize>t) << 2));
          if (value <= 0) continue;
          const v = f32x4.splat(value);
          const line = D + ((<usize>load<i32>(index + ((<usize>t) << 2)) * <usize>d + <usize>j) << 2);
          a0 = f32x4.sub(a0, f32x4.mul(v, v128.load(line)));
          a1 = f32x4.sub(a1, f32x4.mul(v, v128.load(line, 16)));
          a2 = f32x4.sub(a2, f32x4.mul(v, v128.load(line, 32)));
          a3 = f32x4.sub(a3, f32x4.mul(v, v128.load(line, 48)));
        }
        const part = horizontal(
          f32x4.add(multiplyAdd(a1, a1, f32x4.mul(a0, a0)), multiplyAdd(a3, a3, f32x4.mul(a2, a2))),
        );
        loss += load<f64>(weights + ((<usize>m) << 3)) * part;
        if (m == main) {
          squares += part;
          v128.store(e + at, a0);
          v128.store(e + at, a1, 16);
          v128.store(e + at, a2, 32);
          v128.store(e + at, a3, 48);
          const wide = sumE + ((<usize>j) << 3);
          addWide(wide, a0);
          addWide(wide + 32, a1);
          addWide(wide + 64, a2);
          addWide(wide + 96, a3);
        }
        if (several) {
          const w = f32x4.splat(<f32>load<f64>(weights + ((<usize>m) << 3)));
          const place = levelError + <usize>m * stride + at;
          v128.store(place, f32x4.mul(w, a0));
          v128.store(place, f32x4.mul(w, a1), 16);
          v128.store(place, f32x4.mul(w, a2), 32);
          v128.store(place, f32x4.mul(w, a3), 48);
        }
      }
      if (several) {
        for (let m = levels - 2; m >= 0; m--) {
          const place = levelError + <usize>m * stride + at;
          for (let s: usize = 0; s < 64; s += 16)
            v128.store(place + s, f32x4.add(v128.load(place + s), v128.load(place + stride + s)));
        }
        for (let s: usize = 0; s < 4; s++)
          addWide(sumG + ((<usize>j) << 3) + (s << 5), v128.load(levelError + at + (s << 4)));
      }
    }
    for (; j < d; j++) {
      const at = row + ((<usize>j) << 2);
      let a = load<f32>(ybar + at);
      let t = first;
      for (let m = 0; m < levels; m++) {
        for (; t < end && <i32>load<u8>(level + <usize>t) <= m; t++) {
          const value = load<f32>(z + ((<usize>t) << 2));
          if (value > 0)
            a -= value * load<f32>(D + ((<usize>load<i32>(index + ((<usize>t) << 2)) * <usize>d + <usize>j) << 2));
        }
        const weight = load<f64>(weights + ((<usize>m) << 3));
        loss += weight * <f64>(a * a);
        if (m == main) {
          squares += <f64>(a * a);
          store<f32>(e + at, a);
          store<f64>(sumE + ((<usize>j) << 3), load<f64>(sumE + ((<usize>j) << 3)) + <f64>a);
        }
        if (several) store<f32>(levelError + <usize>m * stride + at, <f32>weight * a);
      }
      if (several) {
        for (let m = levels - 2; m >= 0; m--) {
          const place = levelError + <usize>m * stride + at;
          store<f32>(place, load<f32>(place) + load<f32>(place + stride));
        }
        store<f64>(sumG + ((<usize>j) << 3), load<f64>(sumG + ((<usize>j) << 3)) + <f64>load<f32>(levelError + at));
      }
    }
  }
  store<f64>(out, loss);
  store<f64>(out, squares, 8);
}

function dot(a: usize, b: usize, d: i32): f64 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let j = 0;
  for (; j + LANES <= d; j += LANES) {
    const at = (<usize>j) << 2;
    s0 = multiplyAdd(v128.load(a + at), v128.load(b + at), s0);
    s1 = multiplyAdd(v128.load(a + at, 16), v128.load(b + at, 16), s1);
    s2 = multiplyAdd(v128.load(a + at, 32), v128.load(b + at, 32), s2);
    s3 = multiplyAdd(v128.load(a + at, 48), v128.load(b + at, 48), s3);
  }
  let sum = horizontal(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; j < d; j++) sum += <f64>(load<f32>(a + ((<usize>j) << 2)) * load<f32>(b + ((<usize>j) << 2)));
  return sum;
}

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

/** Adam on `count` values: m and v are the moments, g the gradient before its clip; step = lr / (1 - beta1^t). */
export function adamValues(
  values: usize,
  m: usize,
  v: usize,
  g: usize,
  count: i32,
  clip: f32,
  step: f32,
  root: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  eps: f32,
): void {
  const clip4 = f32x4.splat(clip);
  const step4 = f32x4.splat(step);
  const root4 = f32x4.splat(root);
  const beta14 = f32x4.splat(beta1);
  const rest14 = f32x4.splat(rest1);
  const beta24 = f32x4.splat(beta2);
  const rest24 = f32x4.splat(rest2);
  const eps4 = f32x4.splat(eps);
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const at = (<usize>j) << 2;
    const g4 = f32x4.mul(v128.load(g + at), clip4);
    const first = multiplyAdd(rest14, g4, f32x4.mul(beta14, v128.load(m + at)));
    const second = multiplyAdd(rest24, f32x4.mul(g4, g4), f32x4.mul(beta24, v128.load(v + at)));
    v128.store(m + at, first);
    v128.store(v + at, second);
    const below = multiplyAdd(f32x4.sqrt(second), root4, eps4);
    v128.store(values + at, f32x4.sub(v128.load(values + at), f32x4.div(f32x4.mul(step4, first), below)));
  }
  for (; j < count; j++) {
    const at = (<usize>j) << 2;
    const g1 = load<f32>(g + at) * clip;
    const first = beta1 * load<f32>(m + at) + rest1 * g1;
    const second = beta2 * load<f32>(v + at) + rest2 * (g1 * g1);
    store<f32>(m + at, first);
    store<f32>(v + at, second);
    store<f32>(values + at, load<f32>(values + at) - (step * first) / (sqrt(second) * root + eps));
  }
}

/** Sets `rows` rows of `D` [rows, d] back to norm 1. */
export function unitRows(D: usize, rows: i32, d: i32): void {
  for (let i = 0; i < rows; i++) {
    const own = D + ((<usize>i * <usize>d) << 2);
    const scale = <f32>(1.0 / (sqrt(dot(own, own, d)) + f64.EPSILON));
    const scale4 = f32x4.splat(scale);
    let j = 0;
    for (; j + 4 <= d; j += 4) {
      const at = own + ((<usize>j) << 2);
      v128.store(at, f32x4.mul(v128.load(at), scale4));
    }
    for (; j < d; j++) {
      const at = own + ((<usize>j) << 2);
      store<f32>(at, load<f32>(at) * scale);
    }
  }
}
