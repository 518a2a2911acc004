import type { EvidenceRow } from "@/lib/autointerp/data";
import type { Question, Reader, Reply } from "@/lib/autointerp/reader";
import type { LabelCheck } from "@/lib/autointerp/schema";
import { balancedAccuracy } from "@/lib/autointerp/statistics";
import { createRng } from "@/lib/core/rng";
import { numberedSheet } from "@/lib/media/contact-sheet";
import type { RgbImage } from "@/lib/media/image";
import type { ExplainContext, Shown } from "../explainer";
import type { Explained } from "./answer";
import { picturedOf, windowText } from "./examples";
import { NUMBERS_SCHEMA, readNumbers } from "./numbers";
import { quoted } from "./prompt";
import { isText, type Seen } from "./question";

/** Samples of either class in a check, at most; with fewer than so many a check says nothing. */
const MOST = 4;
const FEWEST = 2;
/** Checks are drawn from so many of those kept back: about as strong as the exemplars that are shown. */
const RANKS = 8;
const ANSWER_TOKENS = 200;

export interface CheckItem {
  row: EvidenceRow;
  fires: boolean;
  /** Of an image. */
  pixels?: RgbImage;
}

/** Samples that labels of a feature are held against, in an order that tells nothing. */
export interface Checks {
  kind: "image" | "text";
  items: CheckItem[];
}

/** Draws a feature's checks from what was kept back; null when that is too little of either class. */
export async function openChecks(shown: Shown, seen: Seen, ctx: ExplainContext): Promise<Checks | null> {
  const { checks = [], textChecks = [], silentChecks = [], feature } = shown;
  const silent = (text: boolean) => silentChecks.filter((row) => isText(row) === text).slice(0, MOST);
  const mixed = (kind: Checks["kind"], fire: CheckItem[], not: CheckItem[]): Checks | null =>
    Math.min(fire.length, not.length) < FEWEST
      ? null
      : { kind, items: createRng(0, "checks", feature.index).shuffle([...fire, ...not]) };
  const items = (rows: readonly Omit<CheckItem, "fires">[], fires: boolean) => rows.map((one) => ({ ...one, fires }));
  if (seen.examples.length > 0) {
    const fire = await picturedOf(spread(checks.slice(0, RANKS)), ctx);
    const images = mixed("image", items(fire, true), items(await picturedOf(silent(false), ctx), false));
    if (images) return images;
  }
  if (seen.texts.length === 0) return null;
  const rowsOf = (rows: readonly EvidenceRow[]) => rows.map((row) => ({ row }));
  const fire = spread(textChecks.slice(0, RANKS));
  return mixed("text", items(rowsOf(fire), true), items(rowsOf(silent(true)), false));
}

/** At most so many of a list, spread over it. */
function spread(rows: readonly EvidenceRow[]): EvidenceRow[] {
  const n = Math.min(MOST, rows.length);
  return Array.from({ length: n }, (_, i) => rows[Math.floor((i * rows.length) / n)] as EvidenceRow);
}

/** Asks which of the samples a label fits. Whether they fire is not to be seen: texts are marked where they come near as well. */
export async function checkQuestion(
  key: string,
  { label, sentence }: Pick<Explained, "label" | "sentence">,
  { kind, items }: Checks,
  { mostImages }: Pick<Reader, "mostImages">,
): Promise<Question> {
  const what = quoted(label, sentence);
  const ask = { key, maxTokens: ANSWER_TOKENS, schema: NUMBERS_SCHEMA };
  if (kind === "text") {
    const list = items.map(({ row }, i) => `${i + 1}. ${windowText(row, true)}`).join("\n");
    const text = `These texts are numbered; one token of each is in double brackets.\n${list}\n\nIn which of these texts is the token in double brackets a case of ${what}?`;
    return { ...ask, images: [], text };
  }
  const pictures = items.flatMap(({ pixels }) => pixels ?? []);
  const apart = pictures.length <= mostImages;
  const lead = apart
    ? `The ${pictures.length} images are numbered from 1 in the order in which they come.`
    : `The image is a sheet of ${pictures.length} images, each under its number.`;
  const images = apart ? pictures : [await numberedSheet(pictures)];
  return { ...ask, images, text: `${lead}\n\nWhich of these images show ${what}? A small part of an image is enough.` };
}

/** What an answer makes of a label; no check where the answer is none. */
export function judge(label: string, { kind, items }: Checks, reply: Reply): LabelCheck {
  if (reply.state === "failed") return noCheck(label, kind, `The check was not answered: ${reply.reason}`);
  if (reply.state === "refused") return noCheck(label, kind, `The model would not answer: ${reply.reason}`);
  const numbers = readNumbers(reply.text, items.length);
  if (!numbers) return noCheck(label, kind, "The answer to the check names no numbers.");
  const told = items.map(({ row, fires }, i) => ({
    ...{ sampleId: row.sampleId, fires, expected: fires, answered: numbers.has(i + 1) },
  }));
  const wrong = told.filter(({ expected, answered }) => expected !== answered);
  return {
    ...{ label, kind, right: told.length - wrong.length, n: told.length, balancedAccuracy: balancedAccuracy(told) },
    wrong: wrong.map(({ sampleId, fires }) => ({ sampleId, fires })),
  };
}

export const noCheck = (label: string, kind: Checks["kind"], reason: string): LabelCheck => ({
  ...{ label, kind, right: 0, n: 0, balancedAccuracy: null, wrong: [], reason },
});
