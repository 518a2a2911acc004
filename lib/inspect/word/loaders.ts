import "server-only";
import { factsOf, saeIdOf } from "../data";
import { loadInspectDesk } from "../loaders";
import { readWord } from "./format";
import type { WordBenchData } from "./types";

/** The bench: models that read images, images to start from, what is known of the feature and the image in the address. */
export async function loadWordBench(query: Record<string, string>): Promise<WordBenchData> {
  const state = readWord(new URLSearchParams(query), "");
  const [{ models, samples, image }, label] = await Promise.all([loadInspectDesk(state.image), labelOf(state)]);
  return { models: models.filter(({ kind }) => kind === "vlm"), samples, image, label };
}

async function labelOf({ in: ref, feature }: { in: string; feature: number | null }): Promise<string | null> {
  const saeId = feature === null ? null : await saeIdOf(ref);
  return saeId && feature !== null ? ((await factsOf(saeId, [feature])).get(feature)?.label ?? null) : null;
}
