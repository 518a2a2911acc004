import { getChatModel } from "@/lib/chat/data";
import { done, type Handler, type JobContext } from "@/lib/jobs/define";
import type { VisionLanguageModel } from "@/lib/model/types";
import type { searchJob } from "@/lib/steering/job";
import { klOf } from "@/lib/steering/off-target";
import type { SearchParams, SearchResult } from "@/lib/steering/schema";
import { type Stage, searchEdits } from "@/lib/steering/search";
import { trialOf } from "@/lib/steering/trial";
import { featureFacts } from "@/lib/trace/data";
import { borrowModel } from "../warm";
import { candidatesOf } from "./search-candidates";
import { baselinesOf, controlsOf } from "./search-proof";
import { sceneOf } from "./search-scene";

export const handleSearch: Handler<typeof searchJob> = async (ctx) => {
  const row = await getChatModel(ctx.params.model);
  const { value: model, release } = await borrowModel(row);
  try {
    return done((await search(ctx, model)).result);
  } finally {
    await release();
  }
};

/** What comes after each stage of a search. */
const AFTER: Record<Stage, string> = {
  checked: "Trying the best at several strengths and places.",
  dosed: "Putting changes together.",
  combined: "Putting changes together, and leaving out what is not needed.",
};

/** The smallest set of features for some prompts, with its proof, and the gaps of the held-out prompts under it. */
export async function search(
  ctx: JobContext<SearchParams>,
  model: VisionLanguageModel,
): Promise<{ result: SearchResult; heldOutGaps: number[] }> {
  const scene = await sceneOf(ctx, model);
  const { limits } = ctx.params;
  ctx.progress({ stage: "candidates", done: 0, message: "Following the unwanted answers back to features." });
  const candidates = await candidatesOf(scene);
  let message = `Trying ${candidates.length} changes one by one, on every prompt.`;
  const { found, best, curve } = await searchEdits(
    {
      gaps: (lists) => scene.gaps(scene.fit, lists.map(scene.editsOf), { stage: "search", message }),
      positions: ["last", ...(scene.fit.some(({ input }) => input.image) ? (["image"] as const) : []), "all"],
      costs: (lists) => klOf(model, scene.control.choose, lists.map(scene.editsOf), ctx.signal),
    },
    candidates,
    limits,
    (after) => {
      message = AFTER[after];
    },
  );
  ctx.progress({ stage: "proof", done: 0, message: "Trying the edits on held-out prompts, beside controls." });
  const edits = scene.editsOf(best.edits);
  const [cost] = await klOf(model, scene.control.state, [edits], ctx.signal);
  const [before, after] = await scene.gaps(scene.fit, [[], edits]);
  const held = scene.heldOut.length > 0 ? await scene.gaps(scene.heldOut, [[], edits]) : undefined;
  const labels = await featureFacts(scene.saeId, [
    ...new Set(curve.flatMap(({ edits: some }) => some.map((e) => e.feature))),
  ]);
  const slug = ctx.params.in.split("/").at(-1);
  const result: SearchResult = {
    found,
    steering: best.edits.map(({ feature, method, strength, positions }) => ({
      ...{ feature: `${slug}/${feature}`, unit: "ref" as const, where: { positions } },
      // A factor of 0 has a word of its own.
      ...(method === "scale" && strength === 0 ? { method: "ablate" as const, strength: 1 } : { method, strength }),
      label: labels.get(feature)?.label ?? null,
    })),
    fit: trialOf(before!, after!),
    heldOut: held ? trialOf(held[0]!, held[1]!) : null,
    offTarget: { ...cost!, n: scene.control.state.length },
    curve: curve.map((step) => ({
      ...{ edits: step.edits.length, solved: step.solved, kl: step.kl, changed: step.changed },
      names: step.edits.map(({ feature }) => labels.get(feature)?.label ?? `#${feature}`),
    })),
    controls:
      held && best.edits.length > 0
        ? await controlsOf(scene, best.edits, held[0]!, trialOf(held[0]!, held[1]!).rate)
        : null,
    baselines: held ? await baselinesOf(scene, held[0]!) : [],
    questions: scene.questions,
    notice: scene.control.state.length === 0 ? "There are no control prompts: what the edits cost is not known." : null,
  };
  return { result, heldOutGaps: held?.[1] ?? [] };
}
