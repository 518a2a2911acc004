import { isAppError } from "@/lib/core/errors";
import type { VisionLanguageModel } from "@/lib/model/types";
import { directionOf } from "@/lib/sae/sae";
import type { SiteSteps } from "@/lib/steering/lanes";
import { row } from "@/lib/tensor/matrix";
import { dot } from "@/lib/tensor/stats";

const TOP = 10;

/** Tokens whose logits the steered features raise most, ten each; none in a decoder whose unembedding cannot be read. */
export async function topEffectTokens(model: VisionLanguageModel, sites: readonly SiteSteps[]): Promise<number[]> {
  const steps = sites
    .filter(({ site }) => !site.startsWith("vision."))
    .flatMap(({ steps: some }) => some.map(({ sae, feature }) => directionOf(sae, feature)));
  if (steps.length === 0) return [];
  try {
    const unembedding = await model.unembedding();
    return steps.flatMap((direction) => {
      const effects = Array.from({ length: unembedding.rows }, (_, v) => dot(row(unembedding, v), direction));
      return Array.from(effects, (_, v) => v)
        .sort((a, b) => effects[b]! - effects[a]!)
        .slice(0, TOP);
    });
  } catch (error) {
    if (isAppError(error) && error.code === "MODEL_UNREADABLE") return [];
    throw error;
  }
}
