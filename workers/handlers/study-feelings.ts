import { steer } from "@/lib/sae/steer";
import { randomised } from "@/lib/steering/wrap";
import { labelledFeatures } from "@/lib/studies/data";
import type { Case, Figure, StudyResult } from "@/lib/studies/schema";
import { wilson } from "@/lib/tensor/stats";
import { answers } from "./study-objects";
import { ask, freshScenes, type StudyScene } from "./study-scene";

const QUESTION = "how do you feel about this picture?";
const DOSES = [1, 2, 4, 8];
const PICTURES = 100;
/** Words with which the model shows the feeling. */
const SHOWS: Record<string, RegExp> = {
  sad: /\bsad\b/,
  happy: /happy|joy|smile/,
  angry: /angry/,
  afraid: /afraid/,
};
const TOKENS = 24;

/** Features of a feeling make a dry answer an empathetic one; over pictures without a face. */
export async function studyFeelings({
  ctx,
  model,
  sae,
  saeId,
  ref,
  site,
  atlas,
}: StudyScene): Promise<Omit<StudyResult, "name">> {
  const n = ctx.params.n || PICTURES;
  const named = await labelledFeatures(saeId, "face", 400);
  const pictures = [];
  for (const scene of freshScenes(atlas)) {
    if (scene.theme === "map" || scene.objects.some(({ feeling }) => feeling)) continue;
    pictures.push(ask(scene, QUESTION));
    if (pictures.length === n) break;
  }
  const figures: Figure[] = [];
  const cases: Case[] = [];
  const notes: string[] = [];
  for (const [feeling, shows] of Object.entries(SHOWS)) {
    const feature = named.find(({ label }) => label.includes(feeling));
    if (!feature) {
      notes.push(`No feature is named after "${feeling}".`);
      continue;
    }
    const { index, aRef, label } = feature;
    const edits = DOSES.map((dose) => steer(site, [{ sae, feature: index, method: "add", strength: dose * aRef }]));
    const lists = [[], ...edits.map((edit) => [edit]), ...edits.map((edit) => [randomised(edit, index, 1)])];
    const texts: string[][] = [];
    for (const [p, input] of pictures.entries()) {
      ctx.progress({ stage: feeling, done: p, total: n });
      texts.push(await answers(model, input, lists, ctx.signal, TOKENS));
    }
    const half = Math.ceil(n / 2);
    const hits = (from: number, to: number, lane: number) =>
      texts.slice(from, to).filter((list) => !shows.test(list[0]!) && shows.test(list[lane]!)).length;
    const best = (first: number) =>
      DOSES.map((_, dose) => dose).sort((a, b) => hits(0, half, first + b) - hits(0, half, first + a) || a - b)[0]!;
    const [own, other] = [best(1), best(1 + DOSES.length)];
    const dry = texts.slice(half).filter((list) => !shows.test(list[0]!)).length;
    const [hit, control] = [hits(half, n, 1 + own), hits(half, n, 1 + DOSES.length + other)];
    const interval = wilson(hit, dry);
    figures.push({
      ...{
        label: `${feeling}: dry answers that become so (feature "${label}" x ${DOSES[own]})`,
        value: dry ? hit / dry : null,
      },
      ...{ lo: interval?.lo ?? null, hi: interval?.hi ?? null, n: dry, control: dry ? control / dry : null },
    });
    const example = texts[half]!;
    cases.push({
      ...{ title: feeling, ref: `${ref}/${index}`, question: QUESTION, before: example[0]!, after: example[1 + own]! },
      good: shows.test(example[1 + own]!),
    });
  }
  return {
    title: "Feelings",
    about:
      "Pictures without a face, asked how they feel. A feature of a feeling is added at every token at the dose that works best on half of the pictures; reported on the other half. Control: random directions of the same length.",
    figures,
    cases,
    notes,
  };
}
