/**
 * Measures the model on held-out test scenes and writes the table of the model card.
 *
 *   npm run model:evaluate -- [model folder] [scenes per row, 500]
 *
 * Greedy answers through the product's own runtime; an answer counts only if it is exactly right. Balanced rows are the
 * mean of the accuracies on true and on false questions. Intervals are Wilson, 95 %.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "../../../lib/core/env";
import { createRng } from "../../../lib/core/rng";
import type { RgbImage } from "../../../lib/media/image";
import { openLanguageModel } from "../../../lib/model/open";
import { type Atlas, openAtlas, TRAINED_STYLES, UNSEEN_STYLE } from "../../../lib/world/atlas";
import { makeScene, type SceneOptions, SPLITS } from "../../../lib/world/scene";
import type { Question, Scene } from "../../../lib/world/truth";

interface Item {
  image: RgbImage;
  question: string;
  answer: string;
}

interface Row {
  name: string;
  floor: number | null;
  aim: number | null;
  /** One list for plain accuracy; true questions and false ones for balanced accuracy. */
  sets: Item[][];
  /** Compares only the first word, e.g. "yes" of "yes, in the top left." */
  firstWord?: boolean;
}

const [folder = "models/tiny-llava-emoji", countText = "500"] = process.argv.slice(2);
const COUNT = Number(countText);
const atlas: Atlas = await openAtlas(join(env().FOVEA_HOME, "cache"));

/** Scenes of the test split from its second half on: the demo's own data set never contains them. */
function* testScenes(options: (seed: number) => SceneOptions): Generator<Scene> {
  for (let seed = SPLITS.test + 500_000_000; ; seed++) yield makeScene(atlas, seed, options(seed));
}

function collect(n: number, options: (seed: number) => SceneOptions, pick: (q: Question, s: Scene) => boolean, perScene = 1): Item[] {
  const out: Item[] = [];
  for (const scene of testScenes(options)) {
    const image = { width: scene.width, height: scene.height, data: scene.pixels };
    for (const q of scene.questions.filter((x) => pick(x, scene)).slice(0, perScene)) out.push({ image, question: q.question, answer: q.answer });
    if (out.length >= n) return out.slice(0, n);
  }
  return out;
}

const trained = (seed: number): string => createRng(seed, "evaluate").pick(TRAINED_STYLES);
const one = (style: (seed: number) => string) => (seed: number): SceneOptions => ({ theme: "objects", nObjects: 1, style: style(seed) });
const single = (s: Scene): boolean => s.objects.filter((o) => o.kind === "object" || o.kind === "activity").length === 1;
const any = (style: (seed: number) => string) => (seed: number): SceneOptions => ({ theme: "objects", style: style(seed) });
const yes = (q: Question): boolean => q.answer.startsWith("yes");
const half = Math.ceil(COUNT / 2);
const unseen = (): string => UNSEEN_STYLE;

const rows: Row[] = [
  { name: "naming one object, trained styles", floor: 0.8, aim: 0.97, sets: [collect(COUNT, one(trained), (q, s) => q.kind === "what" && single(s))] },
  { name: "naming one object, unseen style", floor: 0.45, aim: 0.8, sets: [collect(COUNT, one(unseen), (q, s) => q.kind === "what" && single(s))] },
  ...(["trained styles", "unseen style"] as const).map((which): Row => {
    const style = which === "trained styles" ? trained : unseen;
    return {
      name: `is there a X (balanced), ${which}`, floor: which === "trained styles" ? 0.88 : null, aim: which === "trained styles" ? 0.97 : null, firstWord: true,
      sets: [collect(half, any(style), (q) => q.kind === "present" && yes(q)), collect(half, any(style), (q) => q.kind === "present" && !yes(q))],
    };
  }),
  { name: "background color", floor: 0.95, aim: 0.99, sets: [collect(COUNT, any(trained), (q) => q.kind === "color")] },
  { name: "background pattern", floor: 0.9, aim: 0.99, sets: [collect(COUNT, any(trained), (q) => q.kind === "pattern")] },
  { name: "reading a written word exactly", floor: 0.6, aim: 0.95, sets: [collect(COUNT, () => ({ theme: "signs", style: "noto" }), (q, s) => q.kind === "read" && s.objects.filter((o) => o.kind === "word").length === 1)] },
  { name: "country on the map (balanced)", floor: 0.75, aim: 0.9, firstWord: true, sets: [collect(half, () => ({ theme: "map" }), (q) => q.kind === "country" && yes(q)), collect(half, () => ({ theme: "map" }), (q) => q.kind === "country" && !yes(q))] },
  { name: "feeling of a face (among 8), trained styles", floor: 0.8, aim: 0.95, sets: [collect(COUNT, (s) => ({ theme: "face", style: trained(s) }), (q) => q.kind === "face" && !q.answer.startsWith("there"))] },
  { name: "feeling of a face (among 8), unseen style", floor: null, aim: null, sets: [collect(COUNT, () => ({ theme: "face", style: UNSEEN_STYLE }), (q) => q.kind === "face" && !q.answer.startsWith("there"))] },
  { name: "how many things", floor: null, aim: null, sets: [collect(COUNT, any(trained), (q) => q.kind === "count")] },
  { name: "what is in the <place>", floor: null, aim: null, sets: [collect(COUNT, any(trained), (q) => q.kind === "at")] },
  { name: "what is shown here, trained styles (whole caption of one object)", floor: null, aim: null, sets: [collect(COUNT, one(trained), (q, s) => q.kind === "describe" && single(s))] },
];

function wilson(hits: number, n: number): [number, number] {
  const u2 = 1.96 ** 2;
  const centre = (hits / n + u2 / (2 * n)) / (1 + u2 / n);
  const reach = (1.96 / (1 + u2 / n)) * Math.sqrt(((hits / n) * (1 - hits / n)) / n + u2 / (4 * n * n));
  return [centre - reach, centre + reach];
}

const model = await openLanguageModel(folder);
const results = [];
console.log("| measured on test scenes | value | 95 % | n | floor | aim |\n|---|---|---|---|---|---|");
for (const row of rows) {
  const shares: number[] = [];
  let hits = 0;
  const wrong: string[] = [];
  for (const set of row.sets) {
    const inputs = set.map((i) => ({ image: i.image, messages: [{ role: "user" as const, content: i.question, image: true as const }] }));
    const answers = await model.generateBatch(inputs, { maxTokens: 48 });
    const cut = (text: string): string => (row.firstWord ? (text.trim().split(/[ ,.]/)[0] ?? "") : text.trim());
    const right = set.filter((item, i) => cut(answers[i]!.text) === cut(item.answer));
    set.forEach((item, i) => cut(answers[i]!.text) !== cut(item.answer) && wrong.length < 5 && wrong.push(`${item.question} ${item.answer} | ${answers[i]!.text.trim()}`));
    hits += right.length;
    shares.push(right.length / set.length);
  }
  const n = row.sets.reduce((sum, s) => sum + s.length, 0);
  const value = shares.reduce((a, b) => a + b, 0) / shares.length;
  const [lo, hi] = wilson(hits, n);
  results.push({ name: row.name, value, lo, hi, n, floor: row.floor, aim: row.aim, wrong });
  console.log(`| ${row.name} | ${value.toFixed(3)} | ${lo.toFixed(3)} to ${hi.toFixed(3)} | ${n} | ${row.floor ?? ""} | ${row.aim ?? ""} |`);
}
writeFileSync(join(folder, "measured.json"), `${JSON.stringify({ scenesFrom: SPLITS.test + 500_000_000, rows: results }, null, 2)}\n`);
await model.dispose();
