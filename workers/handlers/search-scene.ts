import type { JobContext } from "@/lib/jobs/define";
import type { SiteEdit, Span, TapInput, VisionLanguageModel } from "@/lib/model/types";
import type { Sae } from "@/lib/sae/sae";
import { steer } from "@/lib/sae/steer";
import type { ControlPrompt } from "@/lib/steering/off-target";
import type { SearchParams } from "@/lib/steering/schema";
import type { Edit } from "@/lib/steering/search";
import { type Answers, chooseAnswers } from "@/lib/trace/answers";
import { findSaes, referenceStrengths } from "@/lib/trace/data";
import { measureGaps } from "@/lib/trace/gap";
import { warmSae } from "../warm";
import { labInput } from "./lab-input";
import { controlPrompts } from "./search-controls";

/** A prompt with the answers that are compared: unwanted against wanted. */
export interface Asked {
  input: TapInput;
  answers: Answers;
}

export interface SearchScene {
  ctx: JobContext<SearchParams>;
  model: VisionLanguageModel;
  sae: Sae;
  saeId: string;
  hash: string;
  site: string;
  references: Float32Array;
  fit: Asked[];
  heldOut: Asked[];
  control: ControlPrompt[];
  /** Edits as changes of hidden states. */
  editsOf(list: readonly Edit[]): SiteEdit[];
  /** Gaps of prompts under lists of edits, [lists][prompts]. */
  gaps(prompts: readonly Asked[], lists: readonly (readonly SiteEdit[])[]): Promise<number[][]>;
}

const SPANS: Record<Edit["positions"], (span: Span) => boolean> = {
  all: () => true,
  image: (span) => span === "image",
};

/** Everything that a search works with. */
export async function sceneOf(ctx: JobContext<SearchParams>, model: VisionLanguageModel): Promise<SearchScene> {
  const [row] = await findSaes(model.slug, [ctx.params.in]);
  const { id, hash, site, checkpoint } = row!;
  const sae = await warmSae(hash, checkpoint);
  const references = await referenceStrengths(id, sae.n);
  ctx.progress({ stage: "prompts", done: 0, message: "Reading the prompts." });
  const asked = async (prompts: SearchParams["fit"]) => {
    const out: Asked[] = [];
    for (const { wanted, unwanted, ...prompt } of prompts) {
      const input = await labInput({ ...prompt, model: model.slug }, ctx.blobs);
      // The gap is that of the unwanted answer over the wanted one.
      out.push({ input, answers: await chooseAnswers(model, input, { answer: unwanted, against: wanted }) });
    }
    return out;
  };
  const editsOf = (list: readonly Edit[]) =>
    list.length === 0
      ? []
      : [
          steer(
            site,
            list.map(({ feature, method, strength, positions }) => ({
              ...{ sae, feature, method, strength: strength * references[feature]! },
              where: ({ span }) => SPANS[positions](span),
            })),
          ),
        ];
  const gaps: SearchScene["gaps"] = async (prompts, lists) => {
    const out = lists.map((): number[] => []);
    for (const { input, answers } of prompts) {
      const found = await measureGaps(model, input, answers, lists, { signal: ctx.signal });
      for (const [i, { gap }] of found.entries()) out[i]!.push(gap);
    }
    return out;
  };
  const fit = await asked(ctx.params.fit);
  const heldOut = await asked(ctx.params.heldOut);
  const control = await controlPrompts(ctx, model, hash);
  return { ctx, model, sae, saeId: id, hash, site, references, fit, heldOut, control, editsOf, gaps };
}
