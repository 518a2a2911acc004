import { addWide, horizontal, LANES, multiplyAdd } from "./lanes";

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
