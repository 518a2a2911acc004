import { encodePng } from "@/lib/media/image";
import { storeImage } from "@/lib/samples/mutations";
import { searchParamsSchema } from "@/lib/steering/schema";
import type { Case, Figure, StudyResult } from "@/lib/studies/schema";
import { wilson } from "@/lib/tensor/stats";
import { search } from "./steer-search";
import { type Asked, questionsOf, type StudyScene } from "./study-scene";

const QUESTIONS = 1200;
const FIT_WRONG = 14;
const FIT_RIGHT = 14;
const HELD_OUT = 240;
const CASES = 10;

/** Wrong "yes" answers, to maps without the country and to pictures without the thing, and what a search mends of them. */
export async function studyMap({ ctx, model, ref, atlas }: StudyScene): Promise<Omit<StudyResult, "name">> {
  const figures: Figure[] = [];
  const cases: Case[] = [];
  const notes: string[] = [];
  for (const [kind, title] of [
    ["country", "maps"],
    ["present", "pictures"],
  ] as const) {
    const asked = questionsOf(atlas, [kind], ctx.params.n || QUESTIONS, { perScene: 4 });
    const answers: string[] = [];
    for (let at = 0; at < asked.length; at += 64) {
      ctx.progress({ stage: `asking: ${title}`, done: at, total: asked.length });
      const some = asked.slice(at, at + 64).map(({ input }) => input);
      const found = await model.generateBatch(some, { maxTokens: 2, signal: ctx.signal });
      answers.push(...found.map(({ text }) => text.trim()));
    }
    const yes = (text: string) => text.startsWith("yes");
    const no = asked.filter(({ truth }) => !yes(truth)).length;
    const wrongYes = asked.filter(({ truth }, i) => !yes(truth) && yes(answers[i]!));
    const right = asked.filter(({ truth }, i) => yes(truth) === yes(answers[i]!));
    const interval = wilson(wrongYes.length, no);
    figures.push({
      ...{
        label: `${title}: wrong "yes" of all questions whose answer is no`,
        value: wrongYes.length / Math.max(1, no),
      },
      ...{ lo: interval?.lo ?? null, hi: interval?.hi ?? null, n: no },
    });
    const half = Math.ceil(wrongYes.length / 2);
    const [fitWrong, heldWrong] = [wrongYes.slice(0, Math.min(half, FIT_WRONG)), wrongYes.slice(half)];
    if (fitWrong.length < 3 || heldWrong.length < 3) {
      notes.push(`${title}: only ${wrongYes.length} wrong answers, too few to search.`);
      continue;
    }
    const mixed = right.filter((_, i) => i % 2 === 0);
    const heldRight = right.filter((_, i) => i % 2 === 1).slice(0, HELD_OUT);
    const params = searchParamsSchema.parse({
      model: model.slug,
      in: ref,
      fit: await prompts([...fitWrong, ...mixed.slice(0, FIT_RIGHT)]),
      heldOut: await prompts([...heldWrong, ...heldRight]),
    });
    const result = await search({ ...ctx, params }, model);
    const trial = result.heldOut!;
    const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / Math.max(1, list.length);
    const { random = [], feature = [], p = null } = result.controls ?? {};
    figures.push(
      {
        ...{ label: `${title}: wrong "yes" corrected, held out`, value: trial.rate, lo: trial.lo, hi: trial.hi },
        ...{ n: heldWrong.length, control: mean([...random, ...feature]) },
      },
      {
        label: `${title}: right answers broken, held out`,
        value: trial.broken / heldRight.length,
        n: heldRight.length,
      },
      {
        label: `${title}: KL on control prompts, nats`,
        value: result.offTarget.kl,
        n: result.offTarget.n,
        unit: "number",
      },
    );
    for (const { name, heldOut, kl } of result.baselines) {
      figures.push({
        label: `${title}: corrected by ${name} (KL ${kl.toFixed(3)}, broken ${heldOut.broken})`,
        value: heldOut.rate,
        n: heldWrong.length,
      });
    }
    const edits = result.steering.map(
      ({ label, feature: name, method, strength }) => `${label ?? name} ${method} ${strength.toFixed(2)}`,
    );
    notes.push(
      `${title}: ${result.found ? "found" : "nothing within the limits solves all; best"}: ${edits.join(", ") || "no edit"}; p ${p?.toFixed(3) ?? "-"}.`,
    );
    for (const { question, truth, scene } of wrongYes.slice(0, CASES / 2)) {
      cases.push({ title, image: await stored(scene), question, before: "yes", after: truth, good: null });
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

async function stored({ width, height, pixels }: Asked["scene"]): Promise<string> {
  return (await storeImage(await encodePng({ width, height, data: pixels }))).sha;
}

async function prompts(asked: readonly Asked[]) {
  return Promise.all(
    asked.map(async ({ scene, question, truth }) => {
      const wanted = truth.startsWith("yes") ? "yes" : "no";
      return {
        messages: [{ role: "user" as const, content: question }],
        image: await stored(scene),
        wanted,
        unwanted: wanted === "yes" ? "no" : "yes",
      };
    }),
  );
}
