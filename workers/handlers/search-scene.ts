import { AppError } from "@/lib/core/errors";
import { featureColumn } from "@/lib/features/data";
import type { JobContext, ProgressReport } from "@/lib/jobs/define";
import type { Place, SiteEdit, TapInput, VisionLanguageModel } from "@/lib/model/types";
import type { Sae } from "@/lib/sae/sae";
import { steer } from "@/lib/sae/steer";
import { storedQuestions } from "@/lib/steering/data";
import type { ControlPrompt } from "@/lib/steering/off-target";
import type { SearchParams, SearchPrompt, SearchResult } from "@/lib/steering/schema";
import type { Edit } from "@/lib/steering/search";
import { type Answers, chooseAnswers } from "@/lib/trace/answers";
import { findSaes } from "@/lib/trace/data";
import { measureGaps } from "@/lib/trace/gap";
import { warmSae } from "../warm";
import { labInput } from "./lab-input";
import { controlPrompts } from "./search-controls";
import { askAll, splitAnswers, toPrompt, type YesNo } from "./search-questions";

/** A prompt with the answers that are compared: unwanted against wanted. */
export interface Asked {
  input: TapInput;
  answers: Answers;
}

type Told = Pick<ProgressReport, "stage" | "message">;

/** Control prompts by which edits are chosen; the others state what was chosen. */
const CHOOSE = 16;

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
  /** Prompts on which little may change; edits are chosen by the first, what they cost is stated on the others. */
  control: { choose: ControlPrompt[]; state: ControlPrompt[] };
  /** Where prompts came from, if from stored questions. */
  questions: SearchResult["questions"];
  /** Edits as changes of hidden states. */
  editsOf(list: readonly Edit[]): SiteEdit[];
  /** Gaps of prompts under lists of edits, [lists][prompts]. `told`: what is done, for the run's progress. */
  gaps(prompts: readonly Asked[], lists: readonly (readonly SiteEdit[])[], told?: Told): Promise<number[][]>;
}

const SPANS: Record<Edit["positions"], (place: Place) => boolean> = {
  all: () => true,
  image: ({ span }) => span === "image",
  last: ({ last }) => last === true,
};

/** Everything that a search works with. */
export async function sceneOf(ctx: JobContext<SearchParams>, model: VisionLanguageModel): Promise<SearchScene> {
  const [row] = await findSaes(model.slug, [ctx.params.in]);
  const { id, hash, site, checkpoint } = row!;
  const sae = await warmSae(hash, checkpoint);
  const references = await featureColumn(id, sae.n, "aRef");
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
              ...{ sae, feature, method, strength: method === "add" ? strength * references[feature]! : strength },
              where: SPANS[positions],
            })),
          ),
        ];
  const gaps: SearchScene["gaps"] = async (prompts, lists, told) => {
    const out = lists.map((): number[] => []);
    for (const [done, { input, answers }] of prompts.entries()) {
      if (told) ctx.progress({ ...told, done, total: prompts.length });
      const found = await measureGaps(model, input, answers, lists, { signal: ctx.signal });
      for (const [i, { gap }] of found.entries()) out[i]!.push(gap);
    }
    return out;
  };
  const controls = await controlPrompts(ctx, model, hash);
  const rest = controls.slice(CHOOSE);
  const control = { choose: controls.slice(0, CHOOSE), state: rest.length > 0 ? rest : controls };
  const stored = await fromQuestions(
    ctx,
    model,
    hash,
    controls.map(({ sha }) => sha),
  );
  const fit = await asked([...ctx.params.fit, ...(stored?.fit ?? [])]);
  const heldOut = await asked([...ctx.params.heldOut, ...(stored?.heldOut ?? [])]);
  const questions = stored?.counts ?? null;
  return { ctx, model, sae, saeId: id, hash, site, references, fit, heldOut, control, questions, editsOf, gaps };
}

/**
 * Asks stored questions, none about a control prompt's picture, and takes mistakes and right answers of them.
 * @throws AppError NOT_FOUND, INVALID_INPUT when there is nothing to mend.
 */
async function fromQuestions(
  ctx: JobContext<SearchParams>,
  model: VisionLanguageModel,
  hash: string,
  skip: readonly string[],
): Promise<{ fit: SearchPrompt[]; heldOut: SearchPrompt[]; counts: SearchResult["questions"] } | undefined> {
  const wanted = ctx.params.questions;
  if (!wanted) return undefined;
  const stored = await storedQuestions(hash, wanted.kind, wanted.ask);
  const usable = stored.filter(({ image }) => !skip.includes(image));
  if (usable.length === 0) {
    throw new AppError("NOT_FOUND", `No stored question of kind "${wanted.kind}" has yes or no for its true answer.`);
  }
  const inputOf = ({ image, question }: YesNo) =>
    labInput({ model: model.slug, image, messages: [{ role: "user", content: question }] }, ctx.blobs);
  const answered = await askAll(model, usable, inputOf, {
    signal: ctx.signal,
    progress: (done, total) => ctx.progress({ stage: "questions", done, total, message: "Asking stored questions." }),
  });
  const { mistakes, fit, heldOut } = splitAnswers(answered, wanted);
  if (mistakes.length === 0 && ctx.params.fit.length === 0) {
    const told = `The model said no wrong "${wanted.mend}" to ${answered.length} questions of kind "${wanted.kind}"`;
    throw new AppError("INVALID_INPUT", `${told}: ask more of them, or another kind.`);
  }
  const prompts = (list: typeof answered) => list.map((one) => toPrompt(one, one.image));
  const [fitted, held] = [prompts([...fit.wrong, ...fit.right]), prompts([...heldOut.wrong, ...heldOut.right])];
  const counts = { asked: answered.length, mistakes: mistakes.length, fit: fitted.length, heldOut: held.length };
  return { fit: fitted, heldOut: held, counts };
}
