import { addDelta } from "@/lib/model/edits";
import { reconstruct } from "@/lib/sae/reconstruct";
import { featureLike } from "@/lib/steering/data";
import { klOf } from "@/lib/steering/off-target";
import type { SearchResult } from "@/lib/steering/schema";
import type { Edit } from "@/lib/steering/search";
import { trialOf } from "@/lib/steering/trial";
import { randomised } from "@/lib/steering/wrap";
import { row } from "@/lib/tensor/matrix";
import { sum } from "@/lib/tensor/stats";
import type { Asked, SearchScene } from "./search-scene";

/** Right answers on which controls are tried. */
const RIGHT = 60;

/** Held-out rates of random directions of the same length and of features of like density, and how often they do as well. */
export async function controlsOf(
  scene: SearchScene,
  edits: readonly Edit[],
  before: readonly number[],
  rate: number | null,
): Promise<SearchResult["controls"]> {
  const n = scene.ctx.params.controls;
  if (n === 0) return null;
  const ours = scene.editsOf(edits);
  const random = Array.from({ length: n }, (_, seed) => ours.map((edit) => randomised(edit, seed, 1)));
  const swapped: Edit[][] = [];
  for (let seed = 0; seed < n; seed++) {
    const list: Edit[] = [];
    for (const edit of edits) {
      const other = await featureLike(scene.hash, edit.feature, seed);
      if (other) list.push({ ...edit, feature: other.index });
    }
    swapped.push(list);
  }
  // All that was wrong, and some of what was right: rates need no more, and there are many controls.
  const wrong = scene.heldOut.flatMap((_, i) => (before[i]! >= 0 ? [i] : []));
  const right = scene.heldOut.flatMap((_, i) => (before[i]! < 0 ? [i] : [])).slice(0, RIGHT);
  const tried = [...wrong, ...right];
  const after = await scene.gaps(
    tried.map((i) => scene.heldOut[i]!),
    [...random, ...swapped.map(scene.editsOf)],
    { stage: "controls", message: "Trying random directions and other features on held-out prompts." },
  );
  const trials = after.map((gaps) =>
    trialOf(
      tried.map((i) => before[i]!),
      gaps,
    ),
  );
  const rates = trials.map((trial) => trial.rate ?? 0);
  const broken = sum(trials.map((trial) => trial.broken));
  const better = rates.filter((one) => rate !== null && one >= rate).length;
  return {
    random: rates.slice(0, n),
    feature: rates.slice(n),
    broken: right.length > 0 ? broken / (right.length * trials.length) : null,
    p: rate === null ? null : (better + 1) / (rates.length + 1),
  };
}

const DOSES = [0.25, 0.5, 1, 2, 4];

/** Ways that need no features, on the same held-out prompts: the difference of means, the SAE alone, an instruction in words. */
export async function baselinesOf(scene: SearchScene, before: readonly number[]): Promise<SearchResult["baselines"]> {
  const { model, heldOut, ctx } = scene;
  const control = scene.control.state;
  const out: SearchResult["baselines"] = [];
  const direction = await meanDifference(scene);
  if (direction) {
    const lists = DOSES.map((dose) => [
      addDelta(
        scene.site,
        direction.map((value) => dose * value),
      ),
    ]);
    const fit = await scene.gaps(scene.fit, lists);
    const costs = await klOf(model, scene.control.choose, lists, ctx.signal);
    const allowed = lists.map((_, i) => i).filter((i) => costs[i]!.kl <= ctx.params.limits.kl);
    const best = (allowed.length > 0 ? allowed : lists.map((_, i) => i)).sort(
      (a, b) => sum(fit[a]!) - sum(fit[b]!),
    )[0]!;
    const [after] = await scene.gaps(heldOut, [lists[best]!]);
    const [cost] = await klOf(model, control, [lists[best]!], ctx.signal);
    out.push({ name: `difference of means x ${DOSES[best]}`, heldOut: trialOf(before, after!), ...cost! });
  }
  const alone = [reconstruct(scene.site, scene.sae)];
  const [rebuilt] = await scene.gaps(heldOut, [alone]);
  const [cost] = await klOf(model, control, [alone], ctx.signal);
  out.push({ name: "SAE alone", heldOut: trialOf(before, rebuilt!), ...cost! });
  const told = heldOut.map((asked): Asked => ({ ...asked, input: instructed(asked) }));
  const [after] = await scene.gaps(told, [[]]);
  out.push({ name: "instruction", heldOut: trialOf(before, after!), kl: null, changed: null });
  return out;
}

/** The question with what is wanted said in front of it. */
function instructed({ input, answers }: Asked): Asked["input"] {
  const last = input.messages.findLastIndex(({ role }) => role === "user");
  const text = `look closely, and say ${answers.against.text.trim()} when that is true. `;
  return {
    ...input,
    messages: input.messages.map((message, i) =>
      i === last ? { ...message, content: text + message.content } : message,
    ),
  };
}

/**
 * Mean hidden state of the last prompt token where the wanted answer wins, minus where the unwanted one does, over the fit
 * prompts; undefined when they are all of one sort.
 */
async function meanDifference({ ctx, model, site, fit, gaps }: SearchScene): Promise<Float32Array | undefined> {
  const [found] = await gaps(fit, [[]]);
  const sides = { right: [] as Float32Array[], wrong: [] as Float32Array[] };
  for (const [i, { input }] of fit.entries()) {
    const [tap] = await model.tap([input], site, { signal: ctx.signal });
    sides[found![i]! < 0 ? "right" : "wrong"].push(row(tap!.acts, tap!.acts.rows - 1));
  }
  if (sides.right.length === 0 || sides.wrong.length === 0) return undefined;
  const mean = (list: readonly Float32Array[]) => {
    const out = new Float32Array(list[0]!.length);
    for (const values of list) for (let i = 0; i < out.length; i++) out[i]! += values[i]! / list.length;
    return out;
  };
  const [right, wrong] = [mean(sides.right), mean(sides.wrong)];
  return right.map((value, i) => value - wrong[i]!);
}
