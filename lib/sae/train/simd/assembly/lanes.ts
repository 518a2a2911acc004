/** Values taken together: what four registers hold. */
export const LANES: i32 = 16;

export function horizontal(v: v128): f64 {
  return (
    <f64>f32x4.extract_lane(v, 0) +
    <f64>f32x4.extract_lane(v, 1) +
    (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3))
  );
}

export function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** Adds four float32 to four float64 at `at`. */
export function addWide(at: usize, v: v128): void {
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(v)));
  const high = v128.shuffle<i32>(v, v, 2, 3, 2, 3);
  v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Dot product of two rows [d]. */
export function dot(a: usize, b: usize, d: i32): f64 {
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
