/**
 * Writes the questions of the parity check (tests/parity): 24 test scenes with 8 questions each and 8 texts, 200 in all.
 *
 *   tsx --conditions=react-server models/tiny-llava-emoji/recipe/parity-questions.ts [folder]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "@/lib/core/env";
import { openAtlas } from "@/lib/world/atlas";
import { makeScene, SPLITS } from "@/lib/world/scene";
import { makeText } from "@/lib/world/texts";

const [folder = "tests/golden/tiny-llava-emoji"] = process.argv.slice(2);
const SCENES = 24;
const PER_SCENE = 8;
const TEXTS = 8;

const atlas = await openAtlas(join(env().FOVEA_HOME, "cache"));
const pixels: Uint8Array[] = [];
const lines: { scene: number | null; question: string }[] = [];
for (let seed = SPLITS.test + 900_000_000; pixels.length < SCENES; seed++) {
  const scene = makeScene(atlas, seed);
  if (scene.questions.length < PER_SCENE) continue;
  for (const { question } of scene.questions.slice(0, PER_SCENE)) lines.push({ scene: pixels.length, question });
  pixels.push(scene.pixels);
}
for (let seed = SPLITS.test; seed < SPLITS.test + TEXTS; seed++) {
  lines.push({ scene: null, question: makeText(seed).turns[0]?.question ?? "" });
}
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "scenes.bin"), Buffer.concat(pixels));
writeFileSync(join(folder, "questions.jsonl"), `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
console.log(`${lines.length} questions on ${pixels.length} scenes in ${folder}`);
