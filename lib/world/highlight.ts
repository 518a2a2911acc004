import type { Rng } from "../core/rng";
import { captionOf, phrase } from "./questions";
import type { Question, Scene } from "./truth";

/** Value of every pixel outside the highlighted region. */
export const HIDDEN = 128;
/** The question an explainer asks about a region. */
export const REGION_QUESTION = "what is shown here?";

/** Keeps the cells of a rows x cols grid for which `keep` is true and hides the rest. Returns new pixels. */
export function hideOutside(
  pixels: Uint8Array,
  width: number,
  height: number,
  keep: ArrayLike<boolean | number>,
  rows: number,
  cols: number,
): Uint8Array {
  const out = new Uint8Array(pixels.length).fill(HIDDEN);
  for (let y = 0; y < height; y++) {
    const r = Math.floor((y * rows) / height);
    for (let x = 0; x < width; x++) {
      if (!keep[r * cols + Math.floor((x * cols) / width)]) continue;
      const at = (y * width + x) * 3;
      out[at] = pixels[at]!;
      out[at + 1] = pixels[at + 1]!;
      out[at + 2] = pixels[at + 2]!;
    }
  }
  return out;
}

/** Leaves only the cells on one side of a line through their middle, as features of object parts do. */
function cutToPart(keep: boolean[], grid: number, rng: Rng): void {
  const cells = keep.flatMap((kept, i) => (kept ? [i] : []));
  if (cells.length < 6) return;
  const key = rng.chance(0.5) ? (i: number): number => Math.floor(i / grid) : (i: number): number => i % grid;
  const middle = [...cells].sort((a, b) => key(a) - key(b))[cells.length >> 1]!;
  const above = rng.chance(0.5);
  for (const i of cells) if (above ? key(i) > key(middle) : key(i) < key(middle)) keep[i] = false;
}

/** Adds the eight neighbours of every kept cell. */
function widen(keep: boolean[], grid: number): void {
  const before = [...keep];
  for (let i = 0; i < keep.length; i++) {
    const r = Math.floor(i / grid);
    const c = i % grid;
    for (let y = Math.max(0, r - 1); y <= Math.min(grid - 1, r + 1); y++) {
      for (let x = Math.max(0, c - 1); x <= Math.min(grid - 1, c + 1); x++) if (before[y * grid + x]) keep[i] = true;
    }
  }
}

/**
 * A scene of which only one object, or a patch of background, is left to see, with the question what it is. The cells
 * are those of a `grid` x `grid` patch grid that the object covers by at least a fifth.
 */
export function highlightScene(
  scene: Scene,
  rng: Rng,
  grid: number,
): { pixels: Uint8Array; questions: Question[]; keep: boolean[] } {
  const cell = scene.width / grid;
  const objects = scene.objects.filter((o) => o.kind !== "land");
  const target = objects.length && rng.chance(0.85) ? rng.pick(objects) : undefined;
  const keep = Array.from({ length: grid * grid }, () => false);
  const ground = { r: rng.int(grid - 3), c: rng.int(grid - 3), h: 2 + rng.int(6), w: 2 + rng.int(6) };
  for (let r = 0; r < grid; r++) {
    for (let c = 0; c < grid; c++) {
      let hits = 0;
      for (let y = r * cell; y < (r + 1) * cell; y++) {
        for (let x = c * cell; x < (c + 1) * cell; x++)
          if (scene.masks[y * scene.width + x] === (target?.id ?? 0)) hits++;
      }
      const inside = target
        ? true
        : r >= ground.r && c >= ground.c && r < ground.r + ground.h && c < ground.c + ground.w;
      // A highlighted region seldom covers the whole object: leave out a tenth of its cells.
      keep[r * grid + c] = inside && hits >= (target ? 0.2 : 0.95) * cell * cell && !(target && rng.chance(0.1));
    }
  }
  if (target && rng.chance(0.3)) cutToPart(keep, grid, rng);
  if (target && rng.chance(0.35)) widen(keep, grid);
  const any = keep.includes(true);
  const ground_ = captionOf({ theme: "objects", background: scene.background, objects: [] })
    .replace(/^nothing on /, "")
    .replace(/\.$/, "");
  const answer = !any ? "nothing" : target ? phrase(target) : scene.theme === "map" ? "the sea" : ground_;
  return {
    pixels: hideOutside(scene.pixels, scene.width, scene.height, keep, grid, grid),
    questions: [{ kind: "region", question: REGION_QUESTION, answer: `${answer}.` }],
    keep,
  };
}
