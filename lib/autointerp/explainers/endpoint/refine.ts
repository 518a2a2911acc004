import type { Question, Reader, Reply } from "@/lib/autointerp/reader";
import type { ExplanationCost, LabelCheck } from "@/lib/autointerp/schema";
import { addCost, costOf, NO_COST } from "../cost";
import type { ExplainContext, Shown } from "../explainer";
import { type Explained, readExplanation } from "./answer";
import { type Checks, checkQuestion, judge, noCheck, openChecks } from "./check";
import { type ImageExample, imageExamples } from "./examples";
import type { Earlier } from "./prompt";
import { explainQuestion, type Seen } from "./question";

/** A label is good enough from this balanced accuracy on. */
const GOOD = 0.9;
/** Labels of a feature that are checked: the first and a better one, with three questions more than without checks. */
const LABELS = 2;
/** Examples that stay when counter-examples need their place. */
const STAY = 3;

/** A label with what it was made from. */
interface Made {
  said: Explained;
  seen: Seen;
}

export interface Refined extends Made {
  checks: LabelCheck[];
  /** Of checks and further labels. */
  cost: ExplanationCost;
}

/**
 * Holds a label against samples that it was not made from. When it is wrong about some, a better one is asked for with these as
 * further examples, and held against the same samples; it is kept when it is right about more, else the first one stays, as it
 * does when a question has no answer. This chooses between labels and is no score: counter-examples are shown to the model.
 * @param first explained, not checked
 */
export async function refined(
  reader: Reader,
  shown: Shown,
  first: Made,
  languages: readonly string[],
  ctx: ExplainContext,
): Promise<Refined> {
  const { index, aRef } = shown.feature;
  const checks = await openChecks(shown, first.seen, ctx);
  if (!checks) {
    const kind = first.seen.examples.length > 0 ? "image" : "text";
    const none = noCheck(first.said.label, kind, "Too few samples were kept back to check a label.");
    return { ...first, checks: [none], cost: NO_COST };
  }
  let cost = NO_COST;
  const ask = async (question: Question) => {
    const [reply] = (await reader.ask([question], ctx.signal)) as [Reply];
    cost = addCost(cost, costOf([reply]));
    return reply;
  };
  const done: LabelCheck[] = [];
  const checked = async (said: Explained) => {
    const reply = await ask(await checkQuestion(`check/${index}/${done.length + 1}`, said, checks, reader));
    const check = judge(said.label, checks, reply);
    done.push(check);
    return check;
  };
  let best = { ...first, check: await checked(first.said) };
  while (done.length < LABELS && best.check.balancedAccuracy !== null && best.check.balancedAccuracy < GOOD) {
    const { seen, earlier } = await withCounterExamples(best, checks, reader, aRef, ctx);
    const key = `refine/${index}/${done.length + 1}`;
    const reply = await ask(await explainQuestion(key, seen, aRef, reader, languages, earlier));
    const said = reply.state === "answered" ? readExplanation(reply.text, languages) : reply;
    const explained = "status" in said && said.status === "explained" ? said : null;
    if (!explained || isSame(explained, best.said)) {
      best.check.noOther = "reason" in said ? said.reason : "The model gave the same label again.";
      break;
    }
    const check = await checked(explained);
    if ((check.balancedAccuracy ?? 0) <= best.check.balancedAccuracy) break;
    best = { said: explained, seen, check };
  }
  return { said: best.said, seen: best.seen, checks: done, cost };
}

const isSame = (a: Explained, b: Explained) =>
  a.label.toLowerCase() === b.label.toLowerCase() && a.sentence === b.sentence;

/** What was seen, then the samples that a label is wrong about. */
async function withCounterExamples(
  { said, seen, check }: Made & { check: LabelCheck },
  { kind, items }: Checks,
  { mostImages }: Reader,
  aRef: number,
  ctx: ExplainContext,
): Promise<{ seen: Seen; earlier: Earlier }> {
  const wrong = items.filter(({ row }) => check.wrong.some(({ sampleId }) => sampleId === row.sampleId));
  const missed = wrong.filter(({ fires }) => fires).map(({ row }) => row);
  const fitted = wrong.filter(({ fires }) => !fires);
  const { label, sentence } = said;
  const earlier = { label, sentence, kind, missed: missed.length, fitted: fitted.length };
  if (kind === "text") {
    const silentTexts = [...seen.silentTexts, ...fitted.map(({ row }) => row)];
    return { seen: { ...seen, texts: [...seen.texts, ...missed], silentTexts }, earlier };
  }
  const further = await imageExamples(missed, aRef, ctx);
  const silent = [...seen.silent, ...fitted.flatMap(({ row, pixels }) => (pixels ? [{ row, pixels }] : []))];
  const examples = [...fitting(seen.examples, mostImages - further.length - silent.length), ...further];
  return { seen: { ...seen, examples, silent }, earlier: { ...earlier, missed: further.length } };
}

/** As many as there is room for, the strongest; all where so few would be left that one sheet of them all shows more. */
const fitting = (examples: ImageExample[], room: number) => (room >= STAY ? examples.slice(0, room) : examples);
