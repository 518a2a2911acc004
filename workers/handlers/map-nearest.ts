import { strongestProducts } from "@/lib/exemplars/strongest-products";
import type { Nearest } from "@/lib/map/layout";
import type { NearestLandmarks } from "@/lib/map/place-others";
import type { Matrix } from "@/lib/tensor/matrix";

/** Nearest rows of a set of unit rows by cosine distance, each row itself first. */
export async function nearestAmong(rows: Matrix, k: number): Promise<Nearest> {
  const products = await strongestProducts(rows, rows, k + 1);
  const out = { n: rows.rows, k, index: new Int32Array(rows.rows * k), distance: new Float32Array(rows.rows * k) };
  for (let r = 0; r < rows.rows; r++) {
    out.index[r * k] = r;
    let at = 1;
    for (let i = 0; i < products.k && at < k; i++) {
      const other = products.up.index[r * products.k + i] as number;
      if (other === r) continue;
      out.index[r * k + at] = other;
      out.distance[r * k + at] = Math.max(0, 1 - (products.up.value[r * products.k + i] as number));
      at++;
    }
  }
  return out;
}

/** Nearest landmarks of unit rows by cosine distance. */
export async function nearestLandmarks(rows: Matrix, landmarks: Matrix, k: number): Promise<NearestLandmarks> {
  const { k: kept, up } = await strongestProducts(rows, landmarks, k);
  return { n: rows.rows, k: kept, index: up.index, distance: up.value.map((cosine) => Math.max(0, 1 - cosine)) };
}
