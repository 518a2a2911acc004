import type { RgbImage } from "@/lib/media/image";

/** Filters by the number that Pillow and preprocessor_config.json give them (`resample`). */
export type ResampleFilter = 0 | 1 | 2 | 3 | 4 | 5;

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Kernel and its support in source pixels at scale 1. Bicubic with a = -0.5. */
const KERNELS: Record<Exclude<ResampleFilter, 0>, { support: number; weight: (x: number) => number }> = {
  1: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
  2: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  3: {
    support: 2,
    weight: (x) => {
      const t = Math.abs(x);
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
      return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
    },
  },
  4: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  5: {
    support: 1,
    weight: (x) => {
      const t = Math.abs(x);
      if (t === 0) return 1;
      return t < 1 ? (Math.sin(Math.PI * t) / (Math.PI * t)) * (0.54 + 0.46 * Math.cos(Math.PI * t)) : 0;
    },
  },
};

/** Pillow keeps kernel weights as integers scaled by 2^22 and rounds after each of the two passes. */
const ONE = 2 ** 22;

/**
 * Resizes as Pillow's Image.resize does for 8-bit pixels (src/libImaging/Resample.c: antialiased, horizontal then
 * vertical pass, fixed point), bit for bit, because models are trained behind it. The same size is returned as it is.
 */
export function resample(image: RgbImage, width: number, height: number, filter: ResampleFilter): RgbImage {
  if (image.width === width && image.height === height) return image;
  if (filter === 0) return nearest(image, width, height);
  const wide = image.width === width ? image : resampleRows(image, width, filter);
  return wide.height === height ? wide : transpose(resampleRows(transpose(wide), height, filter));
}

/** Changes the width. */
function resampleRows(image: RgbImage, width: number, filter: Exclude<ResampleFilter, 0>): RgbImage {
  const { height, data } = image;
  const taps = kernelTaps(image.width, width, filter);
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const line = y * image.width * 3;
    for (let x = 0; x < width; x++) {
      const { first, weights } = taps[x]!;
      for (let c = 0; c < 3; c++) {
        let sum = ONE / 2;
        for (let i = 0; i < weights.length; i++) sum += data[line + (first + i) * 3 + c]! * weights[i]!;
        out[(y * width + x) * 3 + c] = Math.min(255, Math.max(0, Math.floor(sum / ONE)));
      }
    }
  }
  return { width, height, data: out };
}

/** For each target pixel the first source pixel and the integer weights from there. */
function kernelTaps(source: number, target: number, filter: Exclude<ResampleFilter, 0>) {
  const { support, weight } = KERNELS[filter];
  const scale = source / target;
  const stretch = Math.max(scale, 1);
  const reach = support * stretch;
  return Array.from({ length: target }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(source, Math.trunc(centre + reach + 0.5));
    const raw = Array.from({ length: end - first }, (_, j) => weight((j + first - centre + 0.5) / stretch));
    const total = raw.reduce((a, b) => a + b, 0);
    return { first, weights: raw.map((w) => roundAway((total === 0 ? w : w / total) * ONE)) };
  });
}

function roundAway(x: number): number {
  return x < 0 ? Math.trunc(x - 0.5) : Math.trunc(x + 0.5);
}

function transpose({ width, height, data }: RgbImage): RgbImage {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) out[(x * height + y) * 3 + c] = data[(y * width + x) * 3 + c]!;
    }
  }
  return { width: height, height: width, data: out };
}

function nearest(image: RgbImage, width: number, height: number): RgbImage {
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const sy = Math.min(image.height - 1, Math.floor(((y + 0.5) * image.height) / height));
    for (let x = 0; x < width; x++) {
      const sx = Math.min(image.width - 1, Math.floor(((x + 0.5) * image.width) / width));
      out.set(image.data.subarray((sy * image.width + sx) * 3, (sy * image.width + sx) * 3 + 3), (y * width + x) * 3);
    }
  }
  return { width, height, data: out };
}
