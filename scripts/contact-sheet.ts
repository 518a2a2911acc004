/**
 * Draws scenes of the world into one picture, so that people can look at them.
 *
 *   npm run contact-sheet -- [first seed | train | validation | test] [count] [file]
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "../lib/core/env";
import { encodeWebp } from "../lib/media/image";
import { openAtlas } from "../lib/world/atlas";
import { SIZE } from "../lib/world/canvas";
import { makeScene, SPLITS, type Split } from "../lib/world/scene";

const GAP = 2;
const [from = "test", count = "120", file = "contact-sheet.webp"] = process.argv.slice(2);
const first = from in SPLITS ? SPLITS[from as Split] : Number(from);
const n = Number(count);
if (!Number.isInteger(first) || !Number.isInteger(n) || n < 1) {
  console.error("usage: npm run contact-sheet -- [first seed | train | validation | test] [count] [file.webp]");
  process.exit(1);
}
const atlas = await openAtlas(join(env().FOVEA_HOME, "cache"));
const cols = Math.ceil(Math.sqrt(n * 1.4));
const rows = Math.ceil(n / cols);
const step = SIZE + GAP;
const width = cols * step + GAP;
const height = rows * step + GAP;
const data = new Uint8Array(width * height * 3).fill(120);
for (let i = 0; i < n; i++) {
  const { pixels } = makeScene(atlas, first + i);
  const left = GAP + (i % cols) * step;
  const top = GAP + Math.floor(i / cols) * step;
  for (let y = 0; y < SIZE; y++)
    data.set(pixels.subarray(y * SIZE * 3, (y + 1) * SIZE * 3), ((top + y) * width + left) * 3);
}
writeFileSync(file, await encodeWebp({ width, height, data }, { quality: 90 }));
console.log(`${n} scenes from seed ${first} in ${file} (${width} x ${height})`);
