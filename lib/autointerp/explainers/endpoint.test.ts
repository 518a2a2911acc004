import { describe, expect, it } from "vitest";
import type { EvidenceRow } from "@/lib/autointerp/data";
import type { Question, Reader, Reply } from "@/lib/autointerp/reader";
import { AppError } from "@/lib/core/errors";
import { shapeInWords } from "@/lib/llm/in-words";
import { evidenceRow, pendingFeature } from "@/tests/helpers/evidence-rows";
import { openEndpointExplainer } from "./endpoint";
import { strengthOf, windowText } from "./endpoint/examples";
import { answerSchema, promptOf } from "./endpoint/prompt";
import type { ExplainContext } from "./explainer";
import { partPool } from "./shown";

const feature = pendingFeature();
const row = evidenceRow;
const text = (sampleId: number, more: Partial<EvidenceRow> = {}) =>
  row(sampleId, { tokens: ["a", " small", " dog"], peakAt: 2, grid: Uint8Array.of(0, 0, 255), ...more });
const miss = (sampleId: number, why: string) => row(sampleId, { band: "miss", peak: 0, grid: new Uint8Array(4), why });

const signal = new AbortController().signal;
const context: ExplainContext = {
  signal,
  sample: async (id) => ({
    caption: null,
    tags: [],
    image: async () => {
      if (id === 99) throw new AppError("SAMPLE_REMOVED", "gone");
      const pixels = { width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(id) };
      return { pixels, place: { rows: 2, cols: 2, affine: [32, 0, 0, 32, 0, 0] } };
    },
  }),
};

/** A stand-in for the model behind the network. */
function reader(answer: string | Reply, more: Partial<Reader> = {}) {
  const asked: Question[] = [];
  const one: Reader = {
    ...{ model: "m", mostImages: 11, instructed: true },
    async ask(questions) {
      asked.push(...questions);
      const said = { state: "answered" as const, promptTokens: 5, completionTokens: 2, ms: 1 };
      return questions.map(() => (typeof answer === "string" ? { ...said, text: answer } : answer));
    },
    ...more,
  };
  return { one, asked };
}
const NOTHING = { regions: [], texts: [] };
const open = (one: Reader) =>
  openEndpointExplainer(one, NOTHING, context, { languages: ["zh"], atOnce: 8, refine: false });
const shown = { feature, images: [row(1), row(2, { peak: 4 })], texts: [text(5)], contrasts: [miss(7, "alike")] };

describe("the question about a feature", () => {
  it("is this", () => {
    const parts = { strengths: [10, 7, 2], silentImages: 2, texts: [{ marked: "a [[dog]] ran", strength: 6 }] };
    expect(promptOf({ ...parts, silentTexts: ["a cat ran"], layout: "apart" })).toMatchSnapshot();
    expect(promptOf({ ...parts, texts: [], silentTexts: [], layout: "sheet" })).toMatchSnapshot();
    expect(shapeInWords(answerSchema(["zh", "pt-BR"]).schema, "json")).toMatchSnapshot();
  });

  it("gives strengths from 1 to 10 and marks the peak of a text", () => {
    expect([0.01, 1, 1.01, 9.9, 25].map((peak) => strengthOf(peak, 10))).toEqual([1, 1, 2, 10, 10]);
    expect(windowText({ tokens: ["a", " small", " dog"], peakAt: 2 }, true)).toBe("a small [[dog]]");
    expect(windowText({ tokens: ["a", " small", " dog"], peakAt: 2 }, false)).toBe("a small dog");
    const long = windowText({ tokens: Array.from({ length: 99 }, (_, i) => ` w${i}`), peakAt: 50 }, true);
    expect(long).toMatch(/^… w26 .* \[\[w50\]\] .* w74 …$/);
  });
});

describe("the explainer", () => {
  it("asks once about a feature, with an image for each example and for each silent one", async () => {
    const { one, asked } = reader(
      `{"label":"dog","kind":"object","confidence":0.5,"label_zh":"狗","sentence":"Dogs."}`,
    );
    const explainer = await open(one);
    expect(explainer).toMatchObject({ name: "endpoint", model: "m", batches: { size: 1, atOnce: 8 } });
    const [explanation] = await explainer.explain([shown], context);
    expect(explanation).toMatchObject({
      ...{ index: 3, status: "explained", text: "dog", kind: "object", sentence: "Dogs.", confidence: 0.5 },
      translations: { zh: "狗" },
      cost: { calls: 1, promptTokens: 5, completionTokens: 2, ms: 1 },
    });
    expect(explanation!.evidence.exemplars.map((e) => [e.sampleId, e.band, e.kind])).toEqual([
      [1, "top", "image"],
      [2, "top", "image"],
      [7, "miss", "image"],
      [5, "top", "text"],
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ key: "explain/3" });
    expect(asked[0]!.images.map((i) => [i.width, i.height])).toEqual([
      [232, 112],
      [232, 112],
      [32, 32],
    ]);
    expect(asked[0]!.text).toContain("- image 2: strength 4");
    expect(asked[0]!.text).toContain("1. (strength 8) a small [[dog]]");
  });

  it("shows everything on one sheet to a model that reads one image", async () => {
    const { one, asked } = reader(`{"label":"dog"}`, { mostImages: 1 });
    await (await open(one)).explain([shown], context);
    expect(asked[0]!.images).toHaveLength(1);
    expect(asked[0]!.text).toContain("The image is a sheet of 2 examples");
  });

  it.each([
    ["unparsed", "It is about dogs.", "It is about dogs."],
    ["declined", `{"label":"none"}`, `{"label":"none"}`],
    ["declined", { state: "refused", reason: "No.", promptTokens: 1, completionTokens: 1, ms: 1 } as const, "No."],
    ["failed", { state: "failed", reason: "500", ms: 1 } as const, undefined],
  ])("has a state without a label when there is none: %s", async (status, answer, raw) => {
    const [explanation] = await (await open(reader(answer).one)).explain([shown], context);
    expect(explanation).toMatchObject({ status, text: null, kind: null, reason: expect.any(String) });
    expect(explanation!.evidence.raw).toBe(raw);
  });

  it("skips a feature without exemplars, and leaves out pictures that are gone", async () => {
    const { one, asked } = reader(`{"label":"dog"}`);
    const explainer = await open(one);
    const nothing = { feature, images: [], texts: [] };
    const gone = { feature, images: [row(99)], texts: [] };
    const some = { feature, images: [row(99), row(1)], texts: [] };
    const list = await explainer.explain([nothing, gone, some], context);
    expect(list.map((e) => e.status)).toEqual(["skipped", "failed", "explained"]);
    expect(list[2]!.evidence.exemplars.map((e) => e.sampleId)).toEqual([1]);
    expect(asked).toHaveLength(1);
  });

  it("asks about single regions where the model knows only short questions", async () => {
    const { one, asked } = reader("a dog.", { instructed: false, mostImages: 1 });
    const explainer = await open(one);
    expect(explainer).toMatchObject({ name: "endpoint", promptVersion: "endpoint-self-3" });
    const images = [1, 2, 3].map((id) => row(id));
    const [explanation] = await explainer.explain([{ feature, images, texts: [] }], context);
    expect(explanation).toMatchObject({ status: "explained", text: "dog" });
    expect(asked.map((q) => q.text)).toEqual(["what is shown here?", "what is shown here?", "what is shown here?"]);
  });
});

describe("what is shown", () => {
  it("has silent samples apart, look-alikes first, and only for explainers that want them", () => {
    const rows = [row(1), row(2), row(3), miss(4, "almost"), miss(5, "alike"), miss(6, "alike"), miss(7, "almost")];
    const all = [...rows, { ...miss(8, "alike"), pool: "score" }];
    const seen = partPool(feature, all, { images: 9, texts: 9, contrasts: 3 });
    expect(seen.images.map((r) => r.sampleId)).toEqual([1, 3]);
    expect(seen.checks.map((r) => r.sampleId)).toEqual([2]);
    expect(seen.contrasts?.map((r) => r.sampleId)).toEqual([5, 6, 4]);
    expect(partPool(feature, all, { images: 1, texts: 1 })).toMatchObject({ images: [{ sampleId: 1 }], contrasts: [] });
  });
});
