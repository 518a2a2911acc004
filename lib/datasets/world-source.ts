import type { DatasetSource } from "@/lib/datasets/schema";
import type { Source, SourceItem } from "@/lib/datasets/source";
import { openAtlas } from "@/lib/world/atlas";
import { makeScene, SPLITS } from "@/lib/world/scene";
import { makeText } from "@/lib/world/texts";

/** The built-in world: scenes of a seed range, then texts of the same range. */
export async function openWorld(source: Extract<DatasetSource, { kind: "world" }>, cacheDir: string): Promise<Source> {
  const atlas = await openAtlas(cacheDir);
  const first = SPLITS[source.split] + source.from;
  return {
    total: source.images + source.texts,
    title: "Emoji Scenes",
    licence: "Apache-2.0, MIT, CC-BY-4.0 (art: see ATTRIBUTION)",
    origin: `built-in world, ${source.split} scenes from ${source.from}`,
    item: async (ordinal): Promise<SourceItem> => {
      if (ordinal >= source.images) return textItem(first + ordinal - source.images);
      const scene = makeScene(atlas, first + ordinal);
      const { seed, theme, style, objects, background, questions, width, height } = scene;
      return {
        kind: "image",
        image: { width, height, data: scene.pixels },
        original: null,
        caption: scene.caption,
        tags: scene.tags,
        truth: { seed, split: source.split, theme, style, objects, background, questions },
        mask: { width, height, ids: scene.masks },
      };
    },
  };
}

function textItem(seed: number): SourceItem {
  const { turns, tags } = makeText(seed);
  const text = turns.map(({ question, answer }) => `${question}\n${answer}`).join("\n");
  return { kind: "text", text, tags, truth: { seed, turns } };
}
