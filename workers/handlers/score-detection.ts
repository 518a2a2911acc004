import type { LabelledFeature } from "@/lib/autointerp/data";
import {
  detectionScore,
  type Item,
  judgePicture,
  judgeText,
  modalityOf,
  questionsOf,
  shuffledLabels,
} from "@/lib/autointerp/detection";
import type { NewScore } from "@/lib/autointerp/mutations";
import type { DetectionReceipt, ExplanationEvidence, Support } from "@/lib/autointerp/schema";
import { type StoredSample, samplesById } from "@/lib/datasets/data";
import type { ImageCache } from "@/lib/datasets/image-cache";
import { promptFor } from "@/lib/datasets/prompts";
import type { JobContext } from "@/lib/jobs/define";
import type { VisionLanguageModel } from "@/lib/model/types";

/** Images asked about between two saved pages of answers. */
const PAGE = 32;

type Answers = Map<number, Map<string, string>>; // sample -> question -> answer

export const supportOf = (f: LabelledFeature): Support[] =>
  (f.explanation.evidence as unknown as ExplanationEvidence).support ?? [];

/** Every question that a label or its control raises about an image, by image, each once. */
function gatherQuestions(
  features: readonly LabelledFeature[],
  items: ReadonlyMap<number, Item[]>,
  asked: (f: LabelledFeature) => string[],
) {
  const out = new Map<number, Set<string>>();
  for (const f of features) {
    const questions = asked(f);
    for (const item of items.get(f.index) ?? []) {
      if (item.kind !== "image") continue;
      const known = out.get(item.sampleId) ?? new Set<string>();
      for (const question of questions) known.add(question);
      out.set(item.sampleId, known);
    }
  }
  return out;
}

/**
 * Asks the model every question about every image. Questions on one image share its beginning, so an image is read once.
 * Pages of answers are kept in the blob store under the run: a resumed run does not ask again.
 */
async function askAll(
  ctx: Pick<JobContext, "run" | "blobs" | "signal" | "progress">,
  model: VisionLanguageModel,
  images: ImageCache,
  questions: ReadonlyMap<number, ReadonlySet<string>>,
): Promise<Answers> {
  const answers: Answers = new Map();
  const ids = [...questions.keys()].sort((a, b) => a - b);
  for (let from = 0; from < ids.length; from += PAGE) {
    ctx.signal.throwIfAborted();
    const key = `runs/${ctx.run.id}/answers-${String(from).padStart(8, "0")}.json`;
    const kept = await ctx.blobs.get(key);
    const page = kept
      ? (JSON.parse(Buffer.from(kept).toString("utf8")) as [number, [string, string][]][])
      : await askPage(model, images, ids.slice(from, from + PAGE), questions, ctx.signal);
    if (!kept) await ctx.blobs.put(key, Buffer.from(JSON.stringify(page)));
    for (const [id, list] of page) answers.set(id, new Map(list));
    ctx.progress({ stage: "detection", done: Math.min(ids.length, from + PAGE), total: ids.length });
  }
  return answers;
}

async function askPage(
  model: VisionLanguageModel,
  images: ImageCache,
  ids: readonly number[],
  questions: ReadonlyMap<number, ReadonlySet<string>>,
  signal: AbortSignal,
): Promise<[number, [string, string][]][]> {
  const samples = await samplesById(ids);
  const pairs = ids.flatMap((id) => [...(questions.get(id) ?? [])].map((question) => ({ id, question })));
  const inputs = await Promise.all(
    pairs.map(async ({ id, question }) => ({
      image: await images.get(samples.get(id)?.sha ?? ""),
      messages: [{ role: "user" as const, content: question, image: true as const }],
    })),
  );
  // The first word decides, so one token is enough.
  const generations = await model.generateBatch(inputs, { maxTokens: 1, signal });
  const byId = new Map<number, [string, string][]>(ids.map((id) => [id, []]));
  for (const [i, { id, question }] of pairs.entries()) byId.get(id)?.push([question, generations[i]?.text ?? ""]);
  return [...byId];
}

/** Detection scores of all labelled features; features whose score is void are left out. */
export async function scoreDetection(
  ctx: Pick<JobContext, "run" | "blobs" | "signal" | "progress">,
  model: VisionLanguageModel,
  images: ImageCache,
  features: readonly LabelledFeature[],
  items: ReadonlyMap<number, Item[]>,
): Promise<NewScore[]> {
  const byIndex = new Map(features.map((f) => [f.index, f]));
  const controls = shuffledLabels(features.map((f) => ({ ...f, label: f.label ?? "", kind: f.kind ?? "other" })));
  const controlOf = (f: LabelledFeature) => byIndex.get(controls.get(f.index) ?? -1);
  const asked = (f: LabelledFeature) => {
    const control = controlOf(f);
    return [...questionsOf(supportOf(f)), ...(control ? questionsOf(supportOf(control)) : [])];
  };
  const answers = await askAll(ctx, model, images, gatherQuestions(features, items, asked));
  const textIds = new Set(
    [...items.values()]
      .flat()
      .filter((i) => i.kind === "text")
      .map((i) => i.sampleId),
  );
  const texts = new Map([...(await samplesById([...textIds]))].map(([id, sample]) => [id, textOf(sample)]));
  const judge = (support: Support[], list: readonly Item[]) =>
    list.map((item) => receiptOf(item, support, answers, texts));
  return features.flatMap((f): NewScore[] => {
    const support = supportOf(f);
    const own = items.get(f.index) ?? [];
    const receipts = judge(support, own);
    const score = detectionScore(receipts, modalityOf(support));
    if (!score) return [];
    const control = controlOf(f);
    const controlled = control ? detectionScore(judge(supportOf(control), own), modalityOf(support)) : null;
    return [
      { explanationId: f.explanation.id, index: f.index, ...score, control: controlled?.value ?? null, receipts },
    ];
  });
}

function receiptOf(
  item: Item,
  support: Support[],
  answers: Answers,
  texts: ReadonlyMap<number, string>,
): DetectionReceipt {
  const expected = item.role === "positive";
  const questions = questionsOf(support);
  const answered =
    item.kind === "text"
      ? judgeText(support, texts.get(item.sampleId) ?? "")
      : judgePicture(questions.map((question) => answers.get(item.sampleId)?.get(question)));
  const question =
    item.kind === "text"
      ? `does the text hold ${support.map((s) => `“${s.term}”`).join(" or ")}?`
      : questions.join(" ");
  return { item, question, expected, answered, right: answered === null ? null : answered === expected };
}

/** All words of a sample as the model reads them. */
function textOf(sample: StoredSample): string {
  const { messages, raw } = promptFor(sample);
  return raw ?? messages.map((m) => m.content).join("\n");
}
