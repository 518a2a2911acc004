import { promptFor } from "@/lib/datasets/prompts";
import type { ImageTruth, TextTruth } from "@/lib/datasets/schema";
import type { JobContext } from "@/lib/jobs/define";
import type { Place, TapInput, VisionLanguageModel } from "@/lib/model/types";
import { encode } from "@/lib/sae/encode";
import type { Codes } from "@/lib/sae/sae";
import { controlSamples } from "@/lib/steering/data";
import type { Lane, SiteSteps } from "@/lib/steering/lanes";
import { type ControlPrompt, codeChange, klOf, type OffTarget, plainAnswer } from "@/lib/steering/off-target";
import type { SteerParams } from "@/lib/steering/schema";
import type { BlobStore } from "@/lib/storage/blobs";
import type { Matrix } from "@/lib/tensor/matrix";
import { warmHash } from "../warm";
import { labImage } from "./lab-input";

/** Prompts that are compared, of so many that are looked at. */
const PROMPTS = 6;
const LOOKED_AT = 40;

interface Silent extends ControlPrompt {
  /** Hidden states at the first site. */
  acts: Matrix;
  codes: Codes;
  places: Place[];
}

/** What lanes change where they should not: on prompts of the corpus on which every steered feature is silent. */
export async function offTargets(
  ctx: JobContext<SteerParams>,
  model: VisionLanguageModel,
  sites: readonly SiteSteps[],
  lanes: readonly Lane[],
): Promise<Map<string, OffTarget>> {
  const measured = lanes.filter(({ lane, seed }) => lane !== "baseline" && !(seed && seed > 0));
  ctx.progress({ stage: "off target", done: 0, message: "Looking for prompts on which the features are silent." });
  const prompts = await silentPrompts(ctx, model, sites);
  const out = new Map<string, OffTarget>();
  if (prompts.length === 0) return out;
  const [first] = sites;
  const steered = new Set(first!.steps.map(({ feature }) => feature));
  const edits = measured.map((lane) => lane.edits);
  const kls = await klOf(model, prompts, edits, ctx.signal);
  for (const [i, lane] of measured.entries()) {
    const edit = lane.edits.find(({ site }) => site === first!.site);
    let [change, size] = [0, 0];
    for (const { acts, codes, places } of edit ? prompts : []) {
      const one = await codeChange(acts, codes, first!.steps[0]!.sae, steered, edit!, places);
      change += one.change;
      size += one.size;
    }
    out.set(lane.lane, { ...kls[i]!, others: size > 0 ? change / size : 0, n: prompts.length });
  }
  return out;
}

async function silentPrompts(
  ctx: JobContext<SteerParams>,
  model: VisionLanguageModel,
  sites: readonly SiteSteps[],
): Promise<Silent[]> {
  const sae = sites[0]!.steps[0]!.sae;
  const found: Silent[] = [];
  for (const sample of await controlSamples(warmHash(sae) ?? "", LOOKED_AT)) {
    if (found.length === PROMPTS) break;
    const input = await questionOf(ctx.blobs, sample);
    if (!input) continue;
    const taps = [];
    for (const { site } of sites) taps.push((await model.tap([input], site, { signal: ctx.signal }))[0]!);
    const codes = await codesWhereSilent(
      sites,
      taps.map(({ acts }) => acts),
    );
    if (!codes) continue;
    const places = taps[0]!.tokens.map(
      ({ kind, cell }, position, { length }): Place => ({
        ...{ span: kind === "image" ? "image" : "question", position, last: position === length - 1 },
        ...(cell === undefined ? {} : { cell }),
      }),
    );
    found.push({
      ...(await plainAnswer(model, input, ctx.signal)),
      acts: taps[0]!.acts,
      ...{ codes, places },
    });
  }
  return found;
}

/** The first question about a sample, its answer left open. */
export async function questionOf(
  blobs: BlobStore,
  sample: Awaited<ReturnType<typeof controlSamples>>[number],
): Promise<TapInput | undefined> {
  const { messages } = promptFor({ ...sample, truth: sample.truth as unknown as ImageTruth | TextTruth | null });
  const [first] = messages;
  if (!first) return undefined;
  const image = sample.kind === "image" ? await labImage(sample.sha, blobs) : undefined;
  return { messages: [first], ...(image ? { image } : {}) };
}

/** Codes of the first site by its first SAE, where every steered feature is silent; undefined where one fires. */
async function codesWhereSilent(sites: readonly SiteSteps[], acts: readonly Matrix[]): Promise<Codes | undefined> {
  let first: Codes | undefined;
  for (const [i, { steps }] of sites.entries()) {
    // Steps of a site mostly share one SAE: it encodes once for all of them.
    for (const sae of new Set(steps.map((step) => step.sae))) {
      const codes = await encode(acts[i] as Matrix, sae);
      first ??= codes;
      const steered = new Set(steps.flatMap((step) => (step.sae === sae ? [step.feature] : [])));
      for (let t = 0; t < codes.index.length; t++) {
        if (codes.value[t]! > 0 && steered.has(codes.index[t]!)) return undefined;
      }
    }
  }
  return first;
}
