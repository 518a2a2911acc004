import { labelledFeatures } from "@/lib/studies/data";
import { shareFigure, shareOf } from "@/lib/studies/figures";
import { isFluent } from "@/lib/studies/fluency";
import { type Judged, tryLanes } from "@/lib/studies/lanes";
import type { Case, Figure, StudyResult } from "@/lib/studies/schema";
import { ask, freshScenes, type StudyScene } from "./study-scene";
import { answersUnder, lanesOf, shownOn, waysOf, wayWords } from "./study-steered";

const QUESTION = "how do you feel about this picture?";
const WAYS = waysOf([0.5, 1, 2, 4]);
const OWN = WAYS.map((_, i) => i);
const RANDOM = WAYS.map((_, i) => WAYS.length + i);
const PICTURES = 100;
/** Shown of each feeling and way. */
const CASES = 6;
/** Words with which the model shows the feeling. */
const SHOWS: Record<string, RegExp> = {
  sad: /\bsad\b/,
  happy: /happy|joy|smile/,
  angry: /angry/,
  afraid: /afraid/,
};
/** What it says when it feels nothing. */
const DRY = /nothing special/;

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
    const { own, random } = lanesOf(site, sae, feature, WAYS);
    const texts: string[][] = [];
    for (const [p, input] of pictures.entries()) {
      ctx.progress({ stage: feeling, done: p, total: n });
      texts.push(await answersUnder(model, input, [...own, ...random], ctx.signal));
    }
    const judge = (felt: (text: string) => boolean) =>
      texts.map(([plain = "", ...lanes]): Judged => ({ plain: shows.test(plain), lanes: lanes.map(felt) }));
    const judges = {
      "become empathetic": judge((text) => shows.test(text) && !DRY.test(text) && isFluent(text)),
      "say the word at all": judge((text) => shows.test(text)),
    };
    for (const [words, judged] of Object.entries(judges)) {
      const mine = tryLanes(judged, OWN);
      const how = `"${feature.label}" ${wayWords(WAYS[mine.lane]!)}`;
      figures.push(
        shareFigure(`${feeling}: dry answers that ${words} (${how})`, mine, shareOf(tryLanes(judged, RANDOM))),
      );
      // The last pictures are among those on which nothing was chosen.
      for (let p = Math.max(0, texts.length - CASES); p < texts.length; p++) {
        const [name, way] = [`${ref}/${feature.index}`, WAYS[mine.lane]!];
        cases.push({
          ...{ title: `${feeling}, ${wayWords(way)}`, ref: name, question: QUESTION },
          ...{ before: texts[p]![0]!, after: texts[p]![1 + mine.lane]!, good: judged[p]!.lanes[mine.lane]! },
          ...(await shownOn(name, pictures[p]!, { question: QUESTION, way })),
        });
      }
    }
  }
  return {
    title: "Feelings",
    about:
      "Pictures without a face, asked how they feel. A feature of a feeling is added at every token, at those of the prompt, or at those of the image, in the way and at the dose that works best on half of the pictures; reported on the other half. Empathetic: the answer shows the feeling, in a sentence and without the dry words. Control: random directions of the same length, their way chosen alike.",
    figures,
    cases,
    notes,
  };
}
