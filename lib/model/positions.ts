import type { Prompt } from "@/lib/model/prompt";

/** Positions of a prompt's tokens for rotary embeddings, [axes][tokens], and the position of what comes next. */
export interface Positions {
  axes: number[][];
  next: number;
}

/** One axis counts tokens. Three axes are time, row and column (Qwen2-VL, arXiv 2409.12191, section 2.1). */
export function positionsOf(
  prompt: Pick<Prompt, "ids" | "image" | "imageStart" | "imageEnd">,
  nAxes: number,
): Positions {
  const count = (n: number, from: number) => Array.from({ length: n }, (_, i) => from + i);
  const { ids, image, imageStart, imageEnd } = prompt;
  if (nAxes === 1 || !image) {
    return { axes: Array.from({ length: nAxes }, () => count(ids.length, 0)), next: ids.length };
  }
  const { rows, cols } = image.layout.grid;
  const after = imageStart + Math.max(rows, cols);
  const within = [
    new Array<number>(rows * cols).fill(imageStart),
    count(rows * cols, 0).map((i) => imageStart + Math.floor(i / cols)),
    count(rows * cols, 0).map((i) => imageStart + (i % cols)),
  ];
  const rest = ids.length - imageEnd;
  return {
    axes: within.map((axis) => [...count(imageStart, 0), ...axis, ...count(rest, after)]),
    next: after + rest,
  };
}
