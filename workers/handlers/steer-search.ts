import { getChatModel } from "@/lib/chat/data";
import { done, type Handler, type JobContext } from "@/lib/jobs/define";
import type { VisionLanguageModel } from "@/lib/model/types";
import type { searchJob } from "@/lib/steering/job";
import { klOf } from "@/lib/steering/off-target";
import type { SearchParams, SearchResult } from "@/lib/steering/schema";
import { searchEdits } from "@/lib/steering/search";
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
    return done(await search(ctx, model));
  } finally {
    await release();
  }
};

/** The smallest set of features for some prompts, with its proof. */
export async function search(ctx: JobContext<SearchParams>, model: VisionLanguageModel): Promise<SearchResult> {
  const scene = await sceneOf(ctx, model);
  const { limits } = ctx.params;
  ctx.progress({ stage: "candidates", done: 0, message: "Following the unwanted answers back to features." });
  const candidates = await candidatesOf(scene);
  ctx.progress({ stage: "search", done: 0, message: `Trying ${candidates.length} features.` });
  const { found, best, curve } = await searchEdits(
    {
      gaps: (lists) => scene.gaps(scene.fit, lists.map(scene.editsOf)),
      // Edits of the image leave what is only read alone.
      positions: scene.fit.some(({ input }) => input.image) ? ["image", "all"] : ["all"],
      costs: (lists) => klOf(model, scene.control, lists.map(scene.editsOf), ctx.signal),
    },
    candidates,
    limits,
    (stage) => ctx.progress({ stage: "search", done: 0, message: `Searching: ${stage}.` }),
  );
  ctx.progress({ stage: "proof", done: 0, message: "Trying the edits on held-out prompts, beside controls." });
  const edits = scene.editsOf(best.edits);
  const [before, after] = await scene.gaps(scene.fit, [[], edits]);
  const held = scene.heldOut.length > 0 ? await scene.gaps(scene.heldOut, [[], edits]) : undefined;
  const labels = await featureFacts(scene.saeId, [
    ...new Set(curve.flatMap(({ edits: some }) => some.map((e) => e.feature))),
  ]);
  const slug = ctx.params.in.split("/").at(-1);
  return {
    found,
    steering: best.edits.map(({ feature, method, strength, positions }) => ({
      ...{ feature: `${slug}/${feature}`, method, strength, unit: "ref" as const, where: { positions } },
      label: labels.get(feature)?.label ?? null,
    })),
    fit: trialOf(before!, after!),
    heldOut: held ? trialOf(held[0]!, held[1]!) : null,
    offTarget: { kl: best.kl, changed: best.changed, n: scene.control.length },
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
    notice: scene.control.length === 0 ? "There are no control prompts: what the edits cost is not known." : null,
  };
}
