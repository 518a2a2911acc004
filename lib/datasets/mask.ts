import { deflateSync, inflateSync } from "node:zlib";
import { AppError } from "@/lib/core/errors";

/** Object ids per pixel: 0 is the background, other values are ids of `ImageTruth.objects`. */
export interface Mask {
  width: number;
  height: number;
  ids: Uint8Array; // [height, width]
}

/** Bytes of the blob `masks/<sha>`: zlib of width and height (u16, little-endian) and the ids, row-major. */
export function encodeMask(mask: Mask): Uint8Array {
  const bytes = new Uint8Array(4 + mask.ids.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, mask.width, true);
  view.setUint16(2, mask.height, true);
  bytes.set(mask.ids, 4);
  return deflateSync(bytes, { level: 1 });
}

/** @throws AppError FORMAT_UNREADABLE when the bytes are not a mask. */
export function decodeMask(bytes: Uint8Array): Mask {
  let raw: Uint8Array;
  try {
    raw = new Uint8Array(inflateSync(bytes));
  } catch (cause) {
    throw new AppError("FORMAT_UNREADABLE", "The region mask is damaged: ingest the data set again.", { cause });
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const width = raw.length >= 4 ? view.getUint16(0, true) : 0;
  const height = raw.length >= 4 ? view.getUint16(2, true) : 0;
  if (raw.length !== 4 + width * height) {
    throw new AppError("FORMAT_UNREADABLE", "The region mask has the wrong size: ingest the data set again.");
  }
  return { width, height, ids: raw.subarray(4) };
}

/**
 * The id that covers most of each cell of a rows x cols grid laid over the whole image, [rows * cols]; of equal shares
 * the lower id. Cells and pixels meet at their edges, as patches do.
 */
export function poolMask(mask: Mask, rows: number, cols: number): Uint8Array {
  const out = new Uint8Array(rows * cols);
  const counts = new Uint32Array(256);
  for (let r = 0; r < rows; r++) {
    const y0 = Math.floor((r * mask.height) / rows);
    const y1 = Math.max(y0 + 1, Math.floor(((r + 1) * mask.height) / rows));
    for (let c = 0; c < cols; c++) {
      const x0 = Math.floor((c * mask.width) / cols);
      const x1 = Math.max(x0 + 1, Math.floor(((c + 1) * mask.width) / cols));
      counts.fill(0);
      let best = 0;
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          const id = mask.ids[y * mask.width + x] as number;
          counts[id] = (counts[id] as number) + 1;
        }
      }
      for (let id = 1; id < 256; id++) if ((counts[id] as number) > (counts[best] as number)) best = id;
      out[r * cols + c] = best;
    }
  }
  return out;
}
