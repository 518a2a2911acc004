import type { JobContext } from "@/lib/jobs/define";
import type { TapInput, VisionLanguageModel } from "@/lib/model/types";
import type { Sae } from "@/lib/sae/sae";
import type { StudyParams } from "@/lib/studies/schema";
import { type Matrix, rowRange } from "@/lib/tensor/matrix";
import type { Atlas } from "@/lib/world/atlas";
import { makeScene, SPLITS } from "@/lib/world/scene";
import type { Scene } from "@/lib/world/truth";

/** What every study works with. */
export interface StudyScene {
  ctx: JobContext<StudyParams>;
  model: VisionLanguageModel;
  sae: Sae;
  saeId: string;
  /** `model/sae`. */
  ref: string;
  site: string;
  hash: string;
  atlas: Atlas;
}

/** Test scenes that no corpus and no evaluation has seen begin here. */
const FIRST = SPLITS.test + 700_000_000;

export interface Asked {
  scene: Scene;
  question: string;
  truth: string;
  input: TapInput;
}

/** One input about a scene. */
export function ask({ width, height, pixels }: Scene, question: string): TapInput {
  return { image: { width, height, data: pixels }, messages: [{ role: "user", content: question, image: true }] };
}

/** Fresh test scenes, endlessly, the same ones every time. */
export function* freshScenes(atlas: Atlas, from = 0): Generator<Scene> {
  for (let i = from; ; i++) yield makeScene(atlas, FIRST + i);
}

/** Questions of some kinds about fresh test scenes, at most `perScene` of each scene. */
export function questionsOf(
  atlas: Atlas,
  kinds: readonly string[],
  n: number,
  { from = 0, perScene = 1 }: { from?: number; perScene?: number } = {},
): Asked[] {
  const out: Asked[] = [];
  for (const scene of freshScenes(atlas, from)) {
    for (const { question, answer } of scene.questions.filter(({ kind }) => kinds.includes(kind)).slice(0, perScene)) {
      out.push({ scene, question, truth: answer, input: ask(scene, question) });
      if (out.length === n) return out;
    }
  }
  return out;
}

/** Scenes that are read at once. */
const PAGE = 32;

/** Scenes with the hidden states of their patches at a site. */
export async function* tapped(
  model: VisionLanguageModel,
  site: string,
  scenes: Iterable<Scene>,
  signal: AbortSignal,
): AsyncGenerator<{ scene: Scene; cells: Matrix; grid: { rows: number; cols: number }; done: number }> {
  let done = 0;
  async function* page(some: readonly Scene[]) {
    const inputs = some.map((scene): TapInput => ask(scene, "describe the image."));
    for (const [i, { acts, tokens }] of (await model.tap(inputs, site, { signal })).entries()) {
      const scene = some[i] as Scene;
      const grid = model.geometryFor(scene);
      const first = tokens.findIndex(({ kind }) => kind === "image");
      yield { scene, grid, cells: rowRange(acts, first, first + grid.rows * grid.cols), done: ++done };
    }
  }
  let waiting: Scene[] = [];
  for (const scene of scenes) {
    waiting.push(scene);
    if (waiting.length < PAGE) continue;
    yield* page(waiting);
    waiting = [];
  }
  yield* page(waiting);
}
