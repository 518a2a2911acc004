import { drain } from "@/lib/model/drain";
import type { SiteEdit, TapInput, VisionLanguageModel } from "@/lib/model/types";
import { steer } from "@/lib/sae/steer";
import { randomised } from "@/lib/steering/wrap";
import { labelledFeatures } from "@/lib/studies/data";
import type { Case, StudyResult } from "@/lib/studies/schema";
import { wilson } from "@/lib/tensor/stats";
import { ask, freshScenes, type StudyScene } from "./study-scene";

const FEATURES = 100;
const DOSES = [0.5, 1, 2, 4];
const PROMPTS = 10;
const TOKENS = 24;
const CASES = 12;

/** Of object features with a name: how many make the model say it, at a dose chosen on other prompts. */
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
  const tally = { own: 0, ownAnswers: 0, random: 0, randomAnswers: 0, answers: 0 };
  const cases: Case[] = [];
  for (const [f, { index, label, aRef }] of features.entries()) {
    ctx.progress({ stage: "features", done: f, total: features.length });
    const edits = DOSES.map((dose) => steer(site, [{ sae, feature: index, method: "add", strength: dose * aRef }]));
    const random = edits.map((edit) => randomised(edit, index, 1));
    const said: { plain: boolean; own: boolean[]; random: boolean[]; texts: string[] }[] = [];
    for (const input of prompts) {
      const texts = await answers(
        model,
        input,
        [[], ...edits.map((edit) => [edit]), ...random.map((edit) => [edit])],
        ctx.signal,
      );
      const names = texts.map((text) => saysIt(text, label));
      said.push({
        plain: names[0]!,
        own: names.slice(1, 1 + DOSES.length),
        random: names.slice(1 + DOSES.length),
        texts,
      });
    }
    const [choose, report] = [said.slice(0, PROMPTS / 2), said.slice(PROMPTS / 2)];
    const hits = (list: typeof said, side: "own" | "random", dose: number) =>
      list.filter(({ plain, [side]: named }) => !plain && named[dose]).length;
    const bestDose = (side: "own" | "random") =>
      DOSES.map((_, dose) => dose).sort((a, b) => hits(choose, side, b) - hits(choose, side, a) || a - b)[0]!;
    const [own, other] = [bestDose("own"), bestDose("random")];
    tally.ownAnswers += hits(report, "own", own);
    tally.randomAnswers += hits(report, "random", other);
    tally.answers += report.filter(({ plain }) => !plain).length;
    // A feature counts when most of the reported prompts name it.
    const most = report.filter(({ plain }) => !plain).length / 2;
    if (hits(report, "own", own) > most) tally.own++;
    if (hits(report, "random", other) > most) tally.random++;
    const example = report.find(({ plain }) => !plain);
    if (cases.length < CASES && example) {
      cases.push({
        title: `${label}, x ${DOSES[own]}`,
        ...{
          ref: `${ref}/${index}`,
          question: "describe the image.",
          before: example.texts[0]!,
          after: example.texts[1 + own]!,
        },
        good: example.own[own]!,
      });
    }
  }
  const n = features.length;
  return {
    title: "Objects can be turned on",
    about:
      "A feature is added at every token at the dose that works best on half of the prompts; reported on the other half. It counts when its name is said there and was not before. Control: random directions of the same length, their dose chosen the same way. The paper found 11 of 100.",
    figures: [
      share("features named in most answers", tally.own, n, tally.random / n),
      share("answers that name the feature", tally.ownAnswers, tally.answers, tally.randomAnswers / tally.answers),
    ],
    cases,
    notes: n < FEATURES ? [`Only ${n} object features have a name so far.`] : [],
  };
}

function share(label: string, hits: number, n: number, control: number) {
  const interval = wilson(hits, n);
  return { label, value: n > 0 ? hits / n : null, lo: interval?.lo ?? null, hi: interval?.hi ?? null, n, control };
}

function describing(atlas: StudyScene["atlas"]): TapInput[] {
  const out: TapInput[] = [];
  for (const scene of freshScenes(atlas)) {
    if (scene.theme === "map") continue;
    out.push(ask(scene, "describe the image."));
    if (out.length === PROMPTS) return out;
  }
  return out;
}

/** Whole words, in singular or with an s. */
function saysIt(text: string, label: string): boolean {
  const words = label.replace(/^(the word|a|an|some) /, "").replace(/[^a-z ]/gi, "");
  return words !== "" && new RegExp(`\\b${words}s?\\b`, "i").test(text);
}

/** Greedy answers to one prompt under each list of edits. */
export async function answers(
  model: VisionLanguageModel,
  input: TapInput,
  lists: readonly (readonly SiteEdit[])[],
  signal: AbortSignal,
  maxTokens = TOKENS,
): Promise<string[]> {
  const versions = lists.map((edits) => ({ edits }));
  const stream = model.generateVersions({ ...input, versions, maxTokens, signal });
  return (await drain(stream)).map(({ text }) => text);
}
