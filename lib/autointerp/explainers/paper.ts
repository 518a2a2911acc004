import { candidatesOf, type Verdict } from "@/lib/autointerp/aggregate";
import type { EvidenceRow } from "@/lib/autointerp/data";
import type { NewExplanation } from "@/lib/autointerp/mutations";
import type { Question, Reader, Reply } from "@/lib/autointerp/reader";
import { type GridPlace, HIDDEN } from "@/lib/autointerp/region";
import { conceptKindOf, labelOf, type Term } from "@/lib/autointerp/terms";
import type { RgbImage } from "@/lib/media/image";
import { evidenceOf } from "./captions";
import { costOf } from "./cost";
import type { ExplainContext, Explainer, Shown } from "./explainer";
import { REGION_QUESTION, textOf } from "./self";
import { VERSIONS } from "./versions";

/** Images that the paper shows of a feature. */
const IMAGES = 5;
const ANSWER_TOKENS = 10;

/**
 * The masked image of arXiv 2411.14982: activations are brought to the size of the image bilinearly and everything where they are
 * zero is hidden, which leaves half a cell more on each side than the feature fires on.
 */
export function paperMask(image: RgbImage, row: Pick<EvidenceRow, "grid">, place: GridPlace): RgbImage {
  const { rows, cols, affine } = place;
  const [a, , , d, e, f] = affine;
  const fires = (r: number, c: number) => r >= 0 && r < rows && c >= 0 && c < cols && (row.grid[r * cols + c] ?? 0) > 0;
  const data = new Uint8Array(image.data.length).fill(HIDDEN);
  for (let y = 0; y < image.height; y++) {
    const r = Math.floor(((y + 0.5 - f) / d) * rows - 0.5);
    for (let x = 0; x < image.width; x++) {
      const c = Math.floor(((x + 0.5 - e) / a) * cols - 0.5);
      if (!(fires(r, c) || fires(r, c + 1) || fires(r + 1, c) || fires(r + 1, c + 1))) continue;
      const at = (y * image.width + x) * 3;
      data.set(image.data.subarray(at, at + 3), at);
    }
  }
  return { width: image.width, height: image.height, data };
}

/**
 * The form of arXiv 2411.14982 (section 3.2), to compare with: the five images of largest mean activation, masked, and what the model
 * says they show; nothing silent beside them, nothing held back. A reader of one image at a time is asked about each, and the
 * answer that it gives most often is the label.
 */
export function paperExplainer(reader: Reader): Explainer {
  return {
    name: "paper",
    promptVersion: VERSIONS.paper,
    model: reader.model,
    // Ranked by their means, so all are needed to choose from.
    wants: { images: Number.POSITIVE_INFINITY, texts: 0 },
    explain: async (features, ctx) => {
      const ranked = features.map((shown): Shown => {
        return { ...shown, images: [...shown.images].sort((a, b) => b.mean - a.mean).slice(0, IMAGES), texts: [] };
      });
      const questions = await Promise.all(
        ranked.flatMap(({ images }) => images.map((row) => maskedQuestion(row, ctx))),
      );
      const replies = await reader.ask(questions, ctx.signal);
      let at = 0;
      return ranked.map((shown) => {
        const own = replies.slice(at, at + shown.images.length);
        at += shown.images.length;
        return explanationOf(shown, own);
      });
    },
  };
}

async function maskedQuestion(row: EvidenceRow, ctx: ExplainContext): Promise<Question> {
  const { pixels, place } = await (await ctx.sample(row.sampleId)).image();
  const key = `paper/${row.index}/${row.sampleId}`;
  return { key, images: [paperMask(pixels, row, place)], text: REGION_QUESTION, maxTokens: ANSWER_TOKENS };
}

function explanationOf(shown: Shown, replies: readonly Reply[]): NewExplanation {
  const answers = replies.map(textOf);
  const verdict = mostFrequent(answers);
  const lost = replies.flatMap((r) => (r.state === "answered" ? [] : [r.reason]));
  const failed = replies.length > 0 && lost.length === replies.length;
  return {
    index: shown.feature.index,
    status: failed ? "failed" : verdict.status,
    text: verdict.label,
    kind: verdict.kind,
    reason: failed ? (lost[0] as string) : verdict.reason,
    evidence: evidenceOf(shown, verdict, answers, REGION_QUESTION),
    cost: costOf(replies),
  };
}

/** The thing that is named most often, of equals the first. */
function mostFrequent(answers: readonly string[]): Verdict {
  const none = { label: null, kind: null, support: [], runnersUp: [] };
  if (answers.length === 0) return { ...none, status: "skipped", reason: "It fires in no image." };
  const named = new Map<string, { term: Term; hits: number }>();
  for (const answer of answers) {
    const first = candidatesOf(answer)?.entries().next().value;
    if (!first) continue;
    const [key, term] = first;
    named.set(key, { term, hits: (named.get(key)?.hits ?? 0) + 1 });
  }
  const ranked = [...named.values()].sort((a, b) => b.hits - a.hits);
  const best = ranked[0];
  if (!best) return { ...none, status: "declined", reason: "The model saw nothing in the masked images." };
  const runnersUp = ranked.slice(1, 6).map(({ term, hits }) => ({ term: term.term, hits, contrastHits: 0 }));
  const support = [{ ...best.term, hits: best.hits, n: answers.length, contrastHits: 0, contrastN: 0, lift: 0 }];
  return {
    status: "explained",
    label: labelOf(best.term),
    kind: conceptKindOf([best.term]),
    reason: null,
    support,
    runnersUp,
  };
}
