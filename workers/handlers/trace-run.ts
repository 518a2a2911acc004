import { getChatModel } from "@/lib/chat/data";
import { done, type Handler } from "@/lib/jobs/define";
import { chooseAnswers } from "@/lib/trace/answers";
import { findSaes } from "@/lib/trace/data";
import { type Gap, measureGaps } from "@/lib/trace/gap";
import type { traceJob } from "@/lib/trace/job";
import type { TraceResult } from "@/lib/trace/schema";
import { borrowModel, warmSae } from "../warm";
import { labInput } from "./lab-input";
import { type TraceScene, traceSite } from "./trace-site";

/** Causes and gains that are told; the sums count all. */
const TOLD = 200;

export const handleTrace: Handler<typeof traceJob> = async (ctx) => {
  const row = await getChatModel(ctx.params.model);
  const saes = await findSaes(row.slug, ctx.params.in);
  const { value: model, release } = await borrowModel(row);
  try {
    ctx.progress({ stage: "answers", done: 0, message: "Reading the prompt." });
    const input = await labInput(ctx.params, ctx.blobs);
    const answers = await chooseAnswers(model, input, ctx.params);
    const [clean] = await measureGaps(model, input, answers, [[]], { signal: ctx.signal });
    const scene = { ctx, model, input, answers, clean: clean as Gap };
    const sites = [];
    for (const sae of saes) {
      const found = { ...sae, weights: await warmSae(sae.hash, sae.checkpoint) };
      sites.push(await traceSite(scene, found));
    }
    return done(result(scene, sites));
  } finally {
    await release();
  }
};

type Traced = Awaited<ReturnType<typeof traceSite>>;

function result({ ctx, model, input, answers, clean }: TraceScene, traced: readonly Traced[]): TraceResult {
  const { form, answer, against, likely } = answers;
  const notices = [...new Set(traced.flatMap(({ notice }) => (notice ? [notice] : [])))];
  return {
    method: traced[0]!.method,
    form,
    gap: clean.gap,
    answer: { ...answer, logprob: clean.answer },
    against: { ...against, logprob: clean.against },
    likely,
    tokens: model.promptTokens(input).map(({ id, text, kind, cell }) => ({
      ...{ id, text, kind },
      ...(cell === undefined ? {} : { cell }),
    })),
    geometry: input.image ? model.geometryFor(input.image) : null,
    sites: traced.map(({ site }) => site),
    causes: traced
      .flatMap(({ causes }) => causes)
      .sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate))
      .slice(0, Math.max(TOLD, ctx.params.verifyTop)),
    gains: traced.flatMap(({ gains }) => gains).sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate)),
    notice: notices.join(" ") || null,
  };
}
