import { promptFor } from "@/lib/datasets/prompts";
import type { TapInput } from "@/lib/model/types";
import type { Atlas } from "@/lib/world/atlas";
import { makeScene, splitOf } from "@/lib/world/scene";
import type { Scene } from "@/lib/world/truth";

/** Seeds of scenes of the built-in world: from the split's start plus an offset, see SPLITS in lib/world/scene. */
export interface SceneRange {
  from: number;
  count: number;
}

/**
 * Scenes of a seed range as teacher-forced conversations, by the protocol that activations are cached with: three of a
 * scene's questions, the description first, with their true answers. Scenes are drawn as they are asked for.
 */
export function worldExamples(atlas: Atlas, { from, count }: SceneRange): () => Generator<TapInput> {
  return function* () {
    for (let i = 0; i < count; i++) yield sceneExample(makeScene(atlas, from + i), i);
  };
}

/** One scene with its conversation; the ordinal decides which of its questions are asked. */
export function sceneExample(scene: Scene, ordinal: number): TapInput {
  const { seed, theme, style, objects, background, questions, width, height, pixels } = scene;
  const truth = { seed, split: splitOf(seed), theme, style, objects, background, questions };
  const { messages } = promptFor({ kind: "image", ordinal, text: null, truth });
  return { messages, image: { width, height, data: pixels } };
}
