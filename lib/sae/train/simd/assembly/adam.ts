import { dot, multiplyAdd } from "./lanes";

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
