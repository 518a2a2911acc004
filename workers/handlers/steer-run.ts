import { getChatModel } from "@/lib/chat/data";
import { done, type Handler, type JobContext } from "@/lib/jobs/define";
import { drain } from "@/lib/model/drain";
import { logprobOf, topTokens } from "@/lib/model/sampling";
import type { Generation, TapInput, VersionToken, VisionLanguageModel } from "@/lib/model/types";
import type { steerJob } from "@/lib/steering/job";
import { type Lane, lanesOf, specificRange } from "@/lib/steering/lanes";
import type { SteeredToken, SteerFrame, SteerParams, SteerResult } from "@/lib/steering/schema";
import { chooseAnswers } from "@/lib/trace/answers";
import { measureGaps } from "@/lib/trace/gap";
import { borrowModel } from "../warm";
import { labInput } from "./lab-input";
import { topEffectTokens } from "./steer-effect";
import { offTargets } from "./steer-off-target";
import { steeringSites } from "./steering-edits";
import { TokenEvents } from "./token-events";

export const handleSteer: Handler<typeof steerJob> = async (ctx) => {
  const row = await getChatModel(ctx.params.model);
  const { value: model, release } = await borrowModel(row);
  try {
    return done(await run(ctx, model));
  } finally {
    await release();
  }
};

/** A lane as it is answered. */
interface Answered {
  lane: Lane;
  tokens: SteeredToken[];
  /** Mean log-probability of the watched tokens at the first position. */
  first: number | null;
}

async function run(ctx: JobContext<SteerParams>, model: VisionLanguageModel): Promise<SteerResult> {
  const { params } = ctx;
  const input = await labInput(params, ctx.blobs);
  const grid = input.image && model.geometryFor(input.image);
  const { sites, others } = await steeringSites(model.slug, params.steering, grid, ctx.run.seed);
  const lanes = lanesOf(sites, others, params);
  const watched = params.watch ? [] : await topEffectTokens(model, sites);
  const [pair, rest] = [lanes.slice(0, 2), lanes.slice(2)];
  const answered: Answered[] = lanes.map((lane) => ({ lane, tokens: [], first: null }));
  const clock = { started: performance.now(), first: 0 };
  const events = new TokenEvents(ctx, await ctx.countEvents("token"));
  const answer = async (from: number, some: readonly Lane[]) => {
    const stream = model.generateVersions({
      ...input,
      ...sampling(ctx),
      versions: some.map(({ edits }) => ({ edits })),
    });
    return drain(stream, (token) => {
      clock.first ||= performance.now() - clock.started;
      const to = answered[from + token.version] as Answered;
      if (to.tokens.length === 0 && watched.length > 0) to.first = meanLogprob(token.logits!, watched);
      const kept = steeredToken(model, token, params.topLogprobs);
      events.send({ lane: to.lane.lane, i: to.tokens.length, ...kept });
      to.tokens.push(kept);
    });
  };
  ctx.progress({ stage: "answer", done: 0, total: lanes.length });
  const generations = await answer(0, pair);
  ctx.progress({ stage: "answer", done: 2, total: lanes.length });
  generations.push(...(await answer(2, rest)));
  await events.sent();
  // Read before other prompts run through the same edits.
  const shares = lanes.map(({ meter }) => meter.share);
  const gaps = await watchedGaps(ctx, model, input, lanes);
  const off = params.offTarget ? await offTargets(ctx, model, sites, lanes) : undefined;
  const frames = answered.map(({ lane, tokens, first }, i): SteerFrame => {
    const watch = gaps?.[i] ?? null;
    const effect = gaps ? gaps[i]!.gap - gaps[0]!.gap : first === null ? null : first - (answered[0]!.first ?? first);
    const { text, finish } = generations[i] as Generation;
    const { dose, control, seed } = lane;
    const offTarget = off?.get(lane.lane) ?? null;
    return {
      lane: lane.lane,
      dose,
      control,
      seed,
      text,
      tokens,
      finish,
      watch,
      effect,
      offTarget,
      normShare: shares[i]!,
    };
  });
  const promptTokens = model.promptTokens(input).length;
  return { frames, promptTokens, specific: specificRange(frames), firstTokenMs: clock.first };
}

function sampling({ params, run, signal }: JobContext<SteerParams>) {
  const { maxTokens, temperature, topP } = params;
  return { maxTokens, temperature, topP, seed: run.seed, signal, logits: true };
}

function steeredToken(
  model: VisionLanguageModel,
  { id, text, logprob, logits }: VersionToken,
  top: number,
): SteeredToken {
  const best = top > 0 ? topTokens(logits!, top) : [];
  return {
    ...{ id, text, token: model.tokenText(id), logprob },
    ...(top > 0 ? { top: best.map((other) => ({ ...other, token: model.tokenText(other.id) })) } : {}),
  };
}

function meanLogprob(logits: Float32Array, ids: readonly number[]): number {
  return ids.reduce((sum, id) => sum + logprobOf(logits, id), 0) / ids.length;
}

/** Gap of the two watched answers in every lane. */
async function watchedGaps(
  ctx: JobContext<SteerParams>,
  model: VisionLanguageModel,
  input: TapInput,
  lanes: readonly Lane[],
) {
  const { watch } = ctx.params;
  if (!watch) return undefined;
  const answers = await chooseAnswers(model, input, watch);
  const edits = lanes.map((lane) => lane.edits);
  return measureGaps(model, input, { ...answers, form: "sequence" }, edits, { signal: ctx.signal });
}
