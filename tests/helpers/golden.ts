import { expect } from "vitest";
import type { Safetensors } from "@/lib/formats/safetensors";
import type { RgbImage } from "@/lib/media/image";
import type { Box } from "@/lib/model/types";

/** Picture number i of a golden file, tensor `images.<i>` [height, width, 3]. */
export async function goldenImage(golden: Safetensors, i: number): Promise<RgbImage> {
  const [height = 0, width = 0] = golden.info(`images.${i}`).shape;
  return { width, height, data: await golden.readBytes(`images.${i}`) };
}

/** Largest difference over the largest value. */
export function relativeError(got: Float32Array, want: Float32Array): number {
  expect(got.length).toBe(want.length);
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < want.length; i++) {
    worst = Math.max(worst, Math.abs(got[i]! - want[i]!));
    scale = Math.max(scale, Math.abs(want[i]!));
  }
  return worst / scale;
}

/** Boxes against golden rows [n, 4], which are NaN where a token sees nothing. */
export function expectBoxes(got: readonly (Box | null | undefined)[], want: Float32Array): void {
  const rows = Array.from({ length: want.length / 4 }, (_, i) => want.subarray(4 * i, 4 * i + 4));
  const empty = rows.map((row) => Number.isNaN(row[0]));
  expect(got.map((box) => box === null || box === undefined)).toEqual(empty);
  const all = Float32Array.from(got.flatMap((box) => box ?? []));
  const wanted = Float32Array.from(rows.filter((_, i) => !empty[i]).flatMap((row) => [...row]));
  expect(relativeError(all, wanted)).toBeLessThan(1e-5);
}
