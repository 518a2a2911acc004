import { encodePng } from "@/lib/media/image";
import { storeImage } from "@/lib/samples/mutations";
import { searchParamsSchema } from "@/lib/steering/schema";
import { shareFigure } from "@/lib/studies/figures";
import type { Case, Figure, StudyResult } from "@/lib/studies/schema";
import { sum } from "@/lib/tensor/stats";
import { deskAddress } from "@/lib/trace/desk/format";
import type { Scene } from "@/lib/world/truth";
import { askAll, splitAnswers, toPrompt, type YesNo } from "./search-questions";
import { search } from "./steer-search";
import { questionsOf, type StudyScene } from "./study-scene";

const QUESTIONS = 2400;
/** Most mistakes, and right answers beside them, to choose edits on. */
const FIT = 14;
/** Most right answers to try them on, beside all mistakes that are left. */
const HELD_OUT = 240;

/** Wrong "yes" answers, to maps without the country and to pictures without the thing, and what a search mends of them. */
export async function studyMap({ ctx, model, ref, atlas }: StudyScene): Promise<Omit<StudyResult, "name">> {
  const figures: Figure[] = [];
  const cases: Case[] = [];
  const notes: string[] = [];
  for (const [kind, title] of [
    ["country", "maps"],
    ["present", "pictures"],
  ] as const) {
    const asked = questionsOf(atlas, [kind], ctx.params.n || QUESTIONS, { perScene: 4 }).map(
      ({ scene, question, truth, input }) => {
        const said = truth.startsWith("yes") ? ("yes" as const) : ("no" as const);
        return { scene, question, truth: said, input, image: String(scene.seed) };
      },
    );
    const answered = await askAll(model, asked, ({ input }) => input, {
      signal: ctx.signal,
      progress: (done, total) => ctx.progress({ stage: `asking: ${title}`, done, total }),
    });
    const no = answered.filter(({ truth }) => truth === "no").length;
    const { mistakes, fit, heldOut } = splitAnswers(answered, { mend: "yes", fit: FIT, heldOut: HELD_OUT });
    figures.push(
      shareFigure(`${title}: wrong "yes" of all questions whose answer is no`, { hits: mistakes.length, of: no }),
    );
    if (fit.wrong.length < 3 || heldOut.wrong.length < 3) {
      notes.push(`${title}: only ${mistakes.length} wrong answers, too few to search.`);
      continue;
    }
    const params = searchParamsSchema.parse({
      model: model.slug,
      in: ref,
      fit: await prompts([...fit.wrong, ...fit.right]),
      heldOut: await prompts([...heldOut.wrong, ...heldOut.right]),
    });
    const { result, heldOutGaps } = await search({ ...ctx, params }, model);
    const trial = result.heldOut!;
    const mean = (list: readonly number[]) => sum(list) / Math.max(1, list.length);
    const { random = [], feature = [], broken = null, p = null } = result.controls ?? {};
    figures.push(
      {
        ...{ label: `${title}: wrong "yes" corrected, held out`, value: trial.rate, lo: trial.lo, hi: trial.hi },
        ...{ n: heldOut.wrong.length, control: mean([...random, ...feature]) },
      },
      {
        label: `${title}: right answers broken, held out`,
        value: trial.broken / heldOut.right.length,
        control: broken,
        n: heldOut.right.length,
      },
      {
        label: `${title}: KL on control prompts, nats`,
        value: result.offTarget.kl,
        n: result.offTarget.n,
        unit: "number",
      },
    );
    for (const { name, heldOut: other, kl } of result.baselines) {
      figures.push({
        label: `${title}: corrected by ${name} (${kl === null ? "" : `KL ${kl.toFixed(3)}, `}broken ${other.broken} of ${heldOut.right.length})`,
        value: other.rate,
        n: heldOut.wrong.length,
      });
    }
    const edits = result.steering.map(
      ({ label, feature: name, method, strength }) => `${label ?? name} ${method} ${strength.toFixed(2)}`,
    );
    notes.push(
      `${title}: ${result.found ? "found" : "nothing within the limits solves all; best"}: ${edits.join(", ") || "no edit"}; p ${p?.toFixed(3) ?? "-"}.`,
    );
    for (const [i, { question }] of heldOut.wrong.entries()) {
      const { image } = params.heldOut[i]!;
      const now = heldOutGaps[i]! < 0 ? "no" : "still yes";
      const turns = [{ role: "user" as const, content: question }];
      const href = deskAddress({ in: [ref], image, turns, answer: "yes", against: "no", method: "gradient" });
      cases.push({ title, image, href, question, before: "yes", after: now, good: now === "no" });
    }
  }
  return {
    title: "Why it said yes",
    about:
      "Of all wrong yes-answers, how many the smallest set of features found on half of them corrects on the other half, and how many right answers it breaks; controls: random directions of the same length and features of like density. Published: 9 better, 2 worse of 100.",
    figures,
    cases,
    notes,
  };
}

async function stored({ width, height, pixels }: Scene): Promise<string> {
  return (await storeImage(await encodePng({ width, height, data: pixels }))).sha;
}

function prompts(asked: readonly (YesNo & { scene: Scene })[]) {
  return Promise.all(asked.map(async (one) => toPrompt(one, await stored(one.scene))));
}
