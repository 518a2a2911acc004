import type { TapInput } from "@/lib/model/types";
import { labelledFeatures } from "@/lib/studies/data";
import { shareFigure, shareOf } from "@/lib/studies/figures";
import { isFluent } from "@/lib/studies/fluency";
import { type Judged, tryLanes } from "@/lib/studies/lanes";
import type { Case, StudyResult } from "@/lib/studies/schema";
import { ask, freshScenes, type StudyScene } from "./study-scene";
import { answersUnder, lanesOf, shownOn, waysOf, wayWords } from "./study-steered";

const QUESTION = "describe the image.";
const FEATURES = 100;
const WAYS = waysOf([1, 2, 4]);
const OWN = WAYS.map((_, i) => i);
const RANDOM = WAYS.map((_, i) => WAYS.length + i);
const PROMPTS = 10;

/** How an answer is judged: it names the feature, or names it in a sentence. */
const JUDGES = [
  { words: "its name is said", fluent: false },
  { words: "its name is said in a fluent answer", fluent: true },
];

/** Of object features with a name: how many make the model say it, in a way that was chosen on other prompts. */
export async function studyObjects({
  ctx,
  model,
  sae,
  saeId,
  ref,
  site,
  atlas,
}: StudyScene): Promise<Omit<StudyResult, "name">> {
  const features = await labelledFeatures(saeId, "object", ctx.params.n || FEATURES);
  const prompts = describing(atlas);
  const tallies = JUDGES.map(() => ({ own: tally(), random: tally() }));
  const cases: Case[] = [];
  for (const [f, { index, label, aRef }] of features.entries()) {
    ctx.progress({ stage: "features", done: f, total: features.length });
    const { own, random } = lanesOf(site, sae, { index, aRef }, WAYS);
    const texts: string[][] = [];
    for (const input of prompts) texts.push(await answersUnder(model, input, [...own, ...random], ctx.signal));
    for (const [j, { fluent }] of JUDGES.entries()) {
      const judged = texts.map(([plain = "", ...lanes]): Judged => {
        const named = (text: string) => saysIt(text, label) && (!fluent || isFluent(text));
        return { plain: saysIt(plain, label), lanes: lanes.map(named) };
      });
      const mine = tryLanes(judged, OWN);
      add(tallies[j]!.own, mine);
      add(tallies[j]!.random, tryLanes(judged, RANDOM));
      const shown = judged.findLastIndex(({ plain }) => !plain);
      if (!fluent || shown < 0) continue;
      const [name, way] = [`${ref}/${index}`, WAYS[mine.lane]!];
      cases.push({
        ...{ title: `${label}, ${wayWords(way)}`, ref: name, question: QUESTION },
        ...(await shownOn(name, prompts[shown]!, { question: QUESTION, way })),
        ...{ before: texts[shown]![0]!, after: texts[shown]![1 + mine.lane]! },
        good: judged[shown]!.lanes[mine.lane]!,
      });
    }
  }
  const n = features.length;
  return {
    title: "Objects can be turned on",
    about: `A feature is added at every token, at those of the prompt, or at those of the image, in ${WAYS.length} ways with the dose; the one that works best on half of ${PROMPTS} pictures is reported on the other half. A feature counts when its name is said in most answers there and was not before. Control: random directions of the same length, their way chosen alike. The paper found 11 of 100 that changed anything.`,
    figures: JUDGES.flatMap(({ words }, j) => {
      const { own, random } = tallies[j]!;
      return [
        shareFigure(
          `features: ${words} in most answers`,
          { hits: own.most, of: n },
          shareOf({ hits: random.most, of: n }),
        ),
        shareFigure(`features: ${words} in any answer`, { hits: own.any, of: n }, shareOf({ hits: random.any, of: n })),
        shareFigure(`answers: ${words}`, own, shareOf(random)),
      ];
    }),
    cases,
    notes: n < FEATURES ? [`Only ${n} object features have a name so far.`] : [],
  };
}

const tally = () => ({ most: 0, any: 0, hits: 0, of: 0 });

function add(to: ReturnType<typeof tally>, { hits, of }: { hits: number; of: number }): void {
  to.hits += hits;
  to.of += of;
  if (hits > of / 2) to.most++;
  if (hits > 0) to.any++;
}

function describing(atlas: StudyScene["atlas"]): TapInput[] {
  const out: TapInput[] = [];
  for (const scene of freshScenes(atlas)) {
    if (scene.theme === "map") continue;
    out.push(ask(scene, QUESTION));
    if (out.length === PROMPTS) return out;
  }
  return out;
}

/** Whole words, in singular or with an s. */
function saysIt(text: string, label: string): boolean {
  const words = label.replace(/^(the word|a|an|some) /, "").replace(/[^a-z ]/gi, "");
  return words !== "" && new RegExp(`\\b${words}s?\\b`, "i").test(text);
}
