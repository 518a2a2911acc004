import { getChatModel } from "@/lib/chat/data";
import { encodeSafetensors } from "@/lib/formats/safetensors-write";
import type { InspectCodes } from "@/lib/inspect/codes/format";
import { collectCodes, overallOf, perPositionOf } from "@/lib/inspect/collect";
import { codesKey, factsOf } from "@/lib/inspect/data";
import { DESCRIBE } from "@/lib/inspect/desk/format";
import type { inspectJob } from "@/lib/inspect/job";
import type { InspectParams, InspectResult, InspectSae } from "@/lib/inspect/schema";
import { done, type Handler, type JobContext } from "@/lib/jobs/define";
import type { Tap, TapInput, TokenInfo, VisionLanguageModel } from "@/lib/model/types";
import { encode } from "@/lib/sae/encode";
import { explainedBy } from "@/lib/sae/explained";
import { decode, type Sae } from "@/lib/sae/sae";
import { findSaes } from "@/lib/trace/data";
import { borrowModel, warmSae } from "../warm";
import { answerWithTop } from "./answer-with-top";
import { labImage } from "./lab-input";

type Context = JobContext<InspectParams>;

export const handleInspect: Handler<typeof inspectJob> = async (ctx) => {
  const { params } = ctx;
  const row = await getChatModel((params.in[0] as string).split("/")[0] as string);
  const saes = await findSaes(row.slug, params.in);
  const { value: model, release } = await borrowModel(row);
  try {
    const input = await inputOf(ctx);
    const looked: InspectSae[] = [];
    let tokens: TokenInfo[] = [];
    for (const [i, sae] of saes.entries()) {
      ctx.progress({ stage: "look", done: i, total: saes.length, message: `Reading ${sae.site}.` });
      const [tap] = await model.tap([input], sae.site, { signal: ctx.signal });
      tokens = tap!.tokens;
      const weights = await warmSae(sae.hash, sae.checkpoint);
      looked.push(await lookThrough(ctx, { ...sae, ref: `${row.slug}/${sae.slug}`, weights }, tap!));
    }
    const result: InspectResult = {
      tokens: tokens.map(({ id, text, kind, cell }) => ({ id, text, kind, ...(cell === undefined ? {} : { cell }) })),
      geometry: input.image ? model.geometryFor(input.image) : null,
      image: input.image ? { width: input.image.width, height: input.image.height } : null,
      saes: looked,
      answer: await answerOf(ctx, model, input),
    };
    return done(result);
  } finally {
    await release();
  }
};

async function inputOf({ params, blobs }: Context): Promise<TapInput> {
  const text = params.text.trim();
  if (params.image === null) return { messages: [], raw: text };
  const image = await labImage(params.image, blobs);
  return { messages: [{ role: "user", content: text || DESCRIBE, image: true }], image };
}

interface Looked {
  id: string;
  ref: string;
  site: string;
  weights: Sae;
}

async function lookThrough({ params, run, blobs }: Context, sae: Looked, { acts, tokens }: Tap): Promise<InspectSae> {
  const codes = await encode(acts, sae.weights);
  const fired = [...new Set(codes.index.filter((_, t) => (codes.value[t] as number) > 0))];
  const facts = await factsOf(sae.id, fired);
  const explained = explainedBy(acts, decode(codes, sae.weights), codes, sae.weights);
  const stored = collectCodes(codes, (feature) => facts.get(feature), explained);
  const bytes = encodeSafetensors(tensorsOf(stored), { sae: sae.ref, site: sae.site });
  await blobs.put(codesKey(run.id, sae.ref), bytes);
  return {
    sae: sae.ref,
    site: sae.site,
    nFired: fired.length,
    overall: overallOf(codes, (p) => tokens[p]?.kind !== "special", facts, sae.ref).slice(0, params.topOverall),
    perPosition: perPositionOf(codes, params.topPerPosition),
    unexplained: Array.from(explained.unexplained),
    codesUrl: `/api/v1/runs/${run.id}/codes?sae=${sae.ref}`,
  };
}

function tensorsOf(codes: InspectCodes) {
  const tensor = <T extends "U32" | "U16" | "I16" | "U8" | "F32">(name: keyof InspectCodes, dtype: T) => {
    const data = codes[name] as NonNullable<InspectCodes[typeof name]>;
    return { name, dtype, shape: [data.length], data };
  };
  return [
    tensor("feature", "U32"),
    tensor("ptr", "U32"),
    tensor("pos", "U16"),
    tensor("q", "U8"),
    tensor("scale", "F32"),
    tensor("ref", "F32"),
    tensor("density", "F32"),
    tensor("share", "I16"),
    tensor("energy", "F32"),
  ];
}

/** The model's answer when something is asked about an image; null for a text that is only read. */
async function answerOf(ctx: Context, model: VisionLanguageModel, input: TapInput): Promise<InspectResult["answer"]> {
  const { maxTokens } = ctx.params;
  if (input.raw !== undefined || maxTokens === 0) return null;
  ctx.progress({ stage: "answer", done: 0, message: "Answering." });
  return answerWithTop(model, { ...input, maxTokens, signal: ctx.signal });
}
