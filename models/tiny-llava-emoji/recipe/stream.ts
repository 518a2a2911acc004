/**
 * Streams scenes of the world to the training script, so that the trained world and the shown world are one.
 *
 *   npx tsx models/tiny-llava-emoji/recipe/stream.ts <cache dir> <first seed> <count, 0 = without end> [crowded] | train.py
 *
 * One record a scene: u32 length of the JSON head, the head, 112 x 112 x 3 pixel bytes, 14 x 14 patch classes as u16,
 * 14 x 14 letters as u8 (1 to 26, 0 where nothing is written).
 * Each in four shows signs, which would be too rare to learn 281 words from. "crowded" fills most scenes with pictures or
 * signs: more labels for the same number of patches, for the vision tower.
 * With count < 0 it prints the list of classes and the text corpus for the tokenizer instead.
 */
import { writeSync } from "node:fs";
import { createRng, type Rng } from "../../../lib/core/rng";
import { openAtlas } from "../../../lib/world/atlas";
import { COLORS, TEXTURES } from "../../../lib/world/background";
import { CONCEPTS } from "../../../lib/world/concepts";
import { SHAPES } from "../../../lib/world/draw";
import { highlightScene } from "../../../lib/world/highlight";
import { makeScene, type SceneOptions } from "../../../lib/world/scene";
import { makeText } from "../../../lib/world/texts";
import type { Scene } from "../../../lib/world/truth";
import { COUNTRIES, SIGN_WORDS } from "../../../lib/world/words";

const GRID = 14;
const CLASSES = [
  "background", ...CONCEPTS.map((c) => c.name), ...SIGN_WORDS.map((w) => `word:${w}`), ...COUNTRIES.map((c) => `country:${c}`), "land", ...SHAPES.map((s) => `shape:${s}`),
];
const classId = new Map(CLASSES.map((name, i) => [name, i]));

/** Class of what covers most of each patch; a picture wins from 30 % on, since art has holes. */
function patchClasses(scene: Scene): Uint16Array {
  const out = new Uint16Array(GRID * GRID);
  const cell = scene.width / GRID;
  const names = new Map<number, string>();
  for (const o of scene.objects) {
    names.set(o.id, o.kind === "word" || o.kind === "country" || o.kind === "shape" ? `${o.kind}:${o.concept}` : o.kind === "land" ? "land" : o.concept);
  }
  for (let i = 0; i < out.length; i++) {
    const counts = new Map<number, number>();
    const y0 = Math.floor(i / GRID) * cell;
    const x0 = (i % GRID) * cell;
    for (let y = y0; y < y0 + cell; y++) {
      for (let x = x0; x < x0 + cell; x++) {
        const id = scene.masks[y * scene.width + x]!;
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    }
    let best = 0;
    let most = 0.3 * cell * cell;
    for (const [id, n] of counts) {
      if (id === 0 || n < most) continue;
      best = id;
      most = n;
    }
    out[i] = best === 0 ? 0 : classId.get(names.get(best) ?? "background")!;
  }
  return out;
}

/** Letter that covers most of each patch of written words. */
function patchLetters(scene: Scene, classes: Uint16Array): Uint8Array {
  const out = new Uint8Array(GRID * GRID);
  const cell = scene.width / GRID;
  for (const { kind, concept, box, letters } of scene.objects) {
    if (!letters) continue;
    const own = classId.get(`${kind}:${concept}`);
    for (let p = 0; p < out.length; p++) {
      const [x, y] = [(p % GRID) * cell, Math.floor(p / GRID) * cell];
      if (classes[p] !== own || y + cell <= box[1] || y >= box[3]) continue;
      let most = 0;
      for (let i = 0; i < concept.length; i++) {
        const overlap = Math.min(x + cell, letters[i + 1]!) - Math.max(x, letters[i]!);
        if (overlap <= most) continue;
        most = overlap;
        out[p] = concept.charCodeAt(i) - 96;
      }
    }
  }
  return out;
}

/** What the scene of a seed is about; see the head of this file. */
function themeOf(rng: Rng): SceneOptions {
  if (!crowded) return rng.chance(0.25) ? { theme: "signs" } : {};
  const u = rng.float();
  if (u < 0.35) return { theme: "objects", nObjects: 5 + rng.int(5) };
  if (u < 0.85) return { theme: "signs", nSigns: 2 + rng.int(4) };
  return {};
}

/** Writes all bytes, waiting while the pipe is full. */
function write(bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

const [cache = ".cache", first = "0", count = "0", crowded = ""] = process.argv.slice(2);
const atlas = await openAtlas(cache);
if (Number(count) < 0) {
  const corpus: string[] = [];
  for (let seed = 0; seed < 6000; seed++) {
    for (const q of makeScene(atlas, seed).questions) corpus.push(q.question, q.answer);
    for (const t of makeText(seed).turns) corpus.push(t.question, t.answer);
  }
  write(Buffer.from(JSON.stringify({ classes: CLASSES, colors: Object.keys(COLORS), textures: TEXTURES, corpus })));
} else {
  for (let i = 0; Number(count) === 0 || i < Number(count); i++) {
    const seed = Number(first) + i;
    const rng = createRng(seed, "stream");
    const scene = makeScene(atlas, seed, themeOf(rng));
    const masked = rng.chance(crowded ? 0.03 : 0.1) ? highlightScene(scene, rng, GRID) : undefined;
    const classes = patchClasses(scene);
    if (masked) classes.forEach((_, p) => { if (!masked.keep[p]) classes[p] = 0; });
    const turns = (masked?.questions ?? scene.questions).map((q) => [q.question, q.answer, q.kind]);
    const texts = Array.from({ length: 3 }, (_, k) => makeText(seed * 3 + k).turns.map((t) => [t.question, t.answer]));
    const head = Buffer.from(JSON.stringify({
      seed, theme: scene.theme, style: scene.style, masked: masked !== undefined, turns, texts, caption: scene.caption,
      color: masked ? -1 : Object.keys(COLORS).indexOf(scene.background.color), texture: masked ? -1 : TEXTURES.indexOf(scene.background.texture),
    }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(head.length);
    write(length);
    write(head);
    write(masked?.pixels ?? scene.pixels);
    write(new Uint8Array(classes.buffer));
    write(patchLetters(scene, classes));
  }
}
