import { contrastOf } from "@/lib/autointerp/aggregate";
import {
  countByStatus,
  type EvidenceRow,
  getCollectedSae,
  listEvidence,
  listPending,
  listRegionSample,
} from "@/lib/autointerp/data";
import {
  agree,
  type Contrasts,
  chooseShown,
  EXPLAIN_BANDS,
  explainSelf,
  FIRST_IMAGES,
  REGION_QUESTION,
  SELF_PROMPT,
  type Shown,
  windowOf,
} from "@/lib/autointerp/explain-self";
import type { ExplainResult, explainJob } from "@/lib/autointerp/job";
import { writeExplanations } from "@/lib/autointerp/mutations";
import { hideOutside, shownCells } from "@/lib/autointerp/region";
import { samplesById } from "@/lib/datasets/data";
import { ImageCache } from "@/lib/datasets/image-cache";
import { done, type Handler } from "@/lib/jobs/define";
import { openLanguageModel } from "@/lib/model/open";
import type { VisionLanguageModel } from "@/lib/model/types";
import { startEmbed } from "@/lib/search/meaning/mutations";

/** Features explained and written together. */
const BATCH = 16;
/** Regions of other features that every label is compared with. */
const CONTRASTS = 160;
const ANSWER_TOKENS = 10;

type Cursor = { done: number };

export const handleExplain: Handler<typeof explainJob> = async (ctx) => {
  const sae = await getCollectedSae(ctx.params.saeId);
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const images = new ImageCache(ctx.blobs);
    const askAbout = (rows: readonly EvidenceRow[]) => askRegions(model, images, rows, ctx.signal);
    const waitingBefore = ((await countByStatus(sae.id)).pending ?? 0) + ((ctx.cursor as Cursor | null)?.done ?? 0);
    const total = Math.min(ctx.params.limit ?? Number.POSITIVE_INFINITY, waitingBefore);
    let finished = (ctx.cursor as Cursor | null)?.done ?? 0;
    ctx.progress({ stage: "explain", done: finished, total, message: "Looking at regions of all kinds first." });
    const contrasts = await collectContrasts(sae.id, askAbout);
    while (finished < total) {
      ctx.signal.throwIfAborted();
      const features = await listPending(sae.id, Math.min(BATCH, total - finished));
      if (features.length === 0) break;
      const started = Date.now();
      const rows = await listEvidence(
        sae.id,
        features.map((f) => f.index),
        EXPLAIN_BANDS,
      );
      const shown = features.map((feature) => chooseShown(feature, rows));
      const { answers, tokens } = await askAdaptively(shown, askAbout);
      const list = shown.map((s, i) => {
        const own = answers[i] as string[];
        const ms = Math.round((Date.now() - started) / features.length);
        const cost = { calls: own.length, completionTokens: Math.round(tokens / features.length), ms };
        return { ...explainSelf(s, own, contrasts, contrastOf), cost };
      });
      const by = { explainer: "self", explainerModel: model.slug, promptVersion: SELF_PROMPT };
      await writeExplanations(sae.id, by, list);
      finished += features.length;
      await ctx.saveCursor({ done: finished } satisfies Cursor);
      ctx.progress({ stage: "explain", done: finished, total });
    }
    await startEmbed();
    const counts = await countByStatus(sae.id);
    const count = (status: string) => counts[status] ?? 0;
    const result: ExplainResult = {
      explained: count("explained"),
      declined: count("declined"),
      unparsed: count("unparsed"),
      failed: count("failed"),
      skipped: count("skipped"),
    };
    return done(result);
  } finally {
    await model.dispose();
  }
};

type Ask = (rows: readonly EvidenceRow[]) => Promise<{ texts: string[]; tokens: number }>;

/** Asks about a few regions of every feature, and about the others where those answers do not agree. */
async function askAdaptively(shown: readonly Shown[], ask: Ask): Promise<{ answers: string[][]; tokens: number }> {
  const answers: string[][] = shown.map(() => []);
  let tokens = 0;
  const round = async (rowsOf: (s: Shown, i: number) => EvidenceRow[]) => {
    const lists = shown.map(rowsOf);
    const reply = await ask(lists.flat());
    tokens += reply.tokens;
    let at = 0;
    for (const [i, rows] of lists.entries()) {
      answers[i]?.push(...reply.texts.slice(at, at + rows.length));
      at += rows.length;
    }
  };
  await round((s) => s.images.slice(0, FIRST_IMAGES));
  await round((s, i) => (agree(answers[i] ?? []) ? [] : s.images.slice(FIRST_IMAGES)));
  return { answers, tokens };
}

async function collectContrasts(saeId: string, ask: Ask): Promise<Contrasts> {
  const regions = await listRegionSample(saeId, "image", CONTRASTS);
  const texts = await listRegionSample(saeId, "text", CONTRASTS);
  const { texts: answers } = await ask(regions);
  return {
    regions: regions.map((r, i) => ({ feature: r.index, sampleId: r.sampleId, answer: answers[i] as string })),
    windows: texts.map((row) => ({ feature: row.index, sampleId: row.sampleId, window: windowOf(row) })),
  };
}

/** Shows the model only the highlighted region of each exemplar and asks what it sees. */
async function askRegions(
  model: VisionLanguageModel,
  images: ImageCache,
  rows: readonly EvidenceRow[],
  signal: AbortSignal,
) {
  if (rows.length === 0) return { texts: [], tokens: 0 };
  const samples = await samplesById(rows.map((row) => row.sampleId));
  const inputs = await Promise.all(
    rows.map(async (row) => {
      const image = await images.get(samples.get(row.sampleId)?.sha ?? "");
      const place = model.geometryFor(image);
      const masked = hideOutside(image, shownCells(row.grid, place.rows, place.cols), place);
      return { image: masked, messages: [{ role: "user" as const, content: REGION_QUESTION, image: true as const }] };
    }),
  );
  const answers = await model.generateBatch(inputs, { maxTokens: ANSWER_TOKENS, signal });
  return { texts: answers.map((a) => a.text.trim()), tokens: answers.reduce((sum, a) => sum + a.ids.length, 0) };
}
