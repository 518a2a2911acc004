import { describe, expect, it } from "vitest";
import type { EvidenceRow } from "@/lib/autointerp/data";
import type { Question, Reader, Reply } from "@/lib/autointerp/reader";
import { AppError } from "@/lib/core/errors";
import { evidenceRow, pendingFeature } from "@/tests/helpers/evidence-rows";
import { openEndpointExplainer } from "../endpoint";
import type { ExplainContext, Shown } from "../explainer";
import { checkQuestion } from "./check";
import { promptOf } from "./prompt";

const FEATURE = pendingFeature();
const row = (sampleId: number, peak = 8, more: Partial<EvidenceRow> = {}) =>
  evidenceRow(sampleId, { band: peak > 0 ? "top" : "miss", peak, ...more });
const word = (sampleId: number, peak = 8) => row(sampleId, peak, { tokens: ["a", ` w${sampleId}`], peakAt: 1 });

/** Samples below 100 fire, those from 100 on are silent; those from 10 to 19 and from 110 to 119 are held against labels. */
const SHOWN: Shown = {
  feature: FEATURE,
  ...{ images: [row(1), row(2), row(3)], texts: [], contrasts: [row(101, 0)] },
  ...{ checks: [10, 11, 12, 13].map((id) => row(id)), silentChecks: [110, 111].map((id) => row(id, 0)) },
};
const TEXTS: Shown = {
  feature: FEATURE,
  ...{ images: [], texts: [word(1), word(2)], contrasts: [word(101, 0)] },
  ...{ textChecks: [10, 11].map((id) => word(id)), silentChecks: [110, 111].map((id) => word(id, 0)) },
};

const GONE = 99;
const context: ExplainContext = {
  signal: new AbortController().signal,
  sample: async (id) => ({
    caption: null,
    tags: [],
    image: async () => {
      if (id === GONE) throw new AppError("SAMPLE_REMOVED", "gone");
      const pixels = { width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(id) };
      return { pixels, place: { rows: 2, cols: 2, affine: [32, 0, 0, 32, 0, 0] } };
    },
  }),
};

const FITS: Record<string, (id: number) => boolean> = {
  "dog nose": (id) => id < 100,
  dog: () => true,
  puppy: () => true,
  "wet dog nose": (id) => id < 12,
  cat: (id) => id >= 100,
};
type Answer = string | Reply;

/** Gives these labels one after the other, and says of each which samples it fits, unless a check is answered otherwise. */
function scripted(labels: readonly Answer[], check?: Answer, mostImages = 11) {
  const asked: Question[] = [];
  const given = [...labels];
  const tell = ({ key, images, text }: Question): Answer => {
    if (!key.startsWith("check")) {
      const label = given.shift() ?? "no label left";
      return typeof label === "string" && label in FITS ? `{"label":"${label}","sentence":"It is ${label}."}` : label;
    }
    if (check !== undefined) return check;
    const fits = FITS[/“(.*?)”/.exec(text)![1]!]!;
    const ids =
      images.length > 0 ? images.map((i) => i.data[0]!) : [...text.matchAll(/\[\[w(\d+)\]\]/g)].map((m) => +m[1]!);
    return JSON.stringify({ numbers: ids.flatMap((id, i) => (fits(id) ? [i + 1] : [])) });
  };
  const reader: Reader = {
    ...{ model: "m", mostImages, instructed: true },
    ask: async (questions) =>
      questions.map((question): Reply => {
        asked.push(question);
        const said = tell(question);
        return typeof said === "string"
          ? { state: "answered", text: said, promptTokens: 5, completionTokens: 2, ms: 1 }
          : said;
      }),
  };
  const explain = async (shown = SHOWN) => {
    const options = { languages: [], atOnce: 1, refine: true };
    const explainer = await openEndpointExplainer(reader, { regions: [], texts: [] }, context, options);
    return (await explainer.explain([shown], context))[0]!;
  };
  return { asked, explain, keys: () => asked.map(({ key }) => key) };
}
const REFUSED: Reply = { state: "refused", reason: "No.", promptTokens: 1, completionTokens: 1, ms: 1 };
const FAILED: Reply = { state: "failed", reason: "500", ms: 1 };

describe("a label that is held against samples it was not made from", () => {
  it("stays after one more question when it is right", async () => {
    const { explain, keys, asked } = scripted(["dog nose"]);
    const said = await explain();
    expect(keys()).toEqual(["explain/3", "check/3/1"]);
    const cost = { calls: 2, promptTokens: 10, completionTokens: 4, ms: 2 };
    expect(said).toMatchObject({ status: "explained", text: "dog nose", sentence: "It is dog nose.", cost });
    const check = { label: "dog nose", kind: "image", right: 6, n: 6, balancedAccuracy: 1, wrong: [] };
    expect(said.evidence.checks).toEqual([check]);
    // Whole pictures that were not shown before, mixed.
    const ids = asked[1]!.images.map((image) => image.data[0]!);
    expect(new Set(ids)).toEqual(new Set([10, 11, 12, 13, 110, 111]));
    expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
  });

  it("is mended by what it is wrong about: a label too wide, and one too narrow", async () => {
    const wide = scripted(["dog", "dog nose"]);
    const said = await wide.explain();
    expect(wide.keys()).toEqual(["explain/3", "check/3/1", "refine/3/2", "check/3/2"]);
    expect(said).toMatchObject({ text: "dog nose", cost: { calls: 4, promptTokens: 20 } });
    expect(said.evidence.checks).toMatchObject([
      { label: "dog", right: 4, n: 6, balancedAccuracy: 0.5 },
      { label: "dog nose", right: 6, balancedAccuracy: 1, wrong: [] },
    ]);
    expect(said.evidence.checks![0]!.wrong.map((w) => [w.sampleId, w.fires]).sort()).toEqual([
      [110, false],
      [111, false],
    ]);
    expect(said.evidence.exemplars.map((e) => e.sampleId).sort()).toEqual([1, 101, 110, 111, 2, 3]);
    const [, first, again, second] = wide.asked;
    expect(again!.text).toContain("So far the label was “dog” (It is dog).");
    expect(again!.text).toContain("- It fits images 5 and 6, where the feature is not active.");
    expect(again!.text).not.toContain("does not fit");
    expect(second!.images.map((i) => i.data[0])).toEqual(first!.images.map((i) => i.data[0]));

    const narrow = scripted(["wet dog nose", "dog nose"]);
    expect(await narrow.explain()).toMatchObject({ text: "dog nose" });
    expect(narrow.asked[2]!.text).toContain("- image 5: strength 8");
    expect(narrow.asked[2]!.text).toContain("- It does not fit images 4 and 5, where the feature is active.");
    expect(narrow.asked[2]!.images).toHaveLength(6);
  });

  it.each([
    ["fewer", "wet dog nose", "cat"],
    ["as many", "dog", "puppy"],
  ])("stays when the other one is right about %s", async (_, label, other) => {
    const { explain, keys } = scripted([label, other]);
    const said = await explain();
    expect(keys()).toHaveLength(4);
    expect(said.text).toBe(label);
    expect(said.evidence.checks!.map((c) => c.label)).toEqual([label, other]);
    expect(said.evidence.exemplars.map((e) => e.sampleId)).toEqual([1, 2, 3, 101]);
  });

  it.each<[string, Answer, string]>([
    ["gives the same one", "dog", "The model gave the same label again."],
    ["sees no pattern", `{"label":"none"}`, "The model saw no pattern."],
    ["cannot be read", "Well.", "The answer is neither a JSON object nor lines with markers."],
    ["refuses", REFUSED, "No."],
    ["does not answer", FAILED, "500"],
  ])("stays when the model %s, and the evidence says so", async (_, answer, noOther) => {
    const { explain } = scripted(["dog", answer]);
    const said = await explain();
    expect(said).toMatchObject({ status: "explained", text: "dog", cost: { calls: 3 } });
    expect(said.evidence.checks).toMatchObject([{ label: "dog", n: 6, noOther }]);
  });

  it.each<[string, Answer, string]>([
    ["cannot be read", "There are 2 dogs.", "The answer to the check names no numbers."],
    ["is refused", REFUSED, "The model would not answer: No."],
    ["fails", FAILED, "The check was not answered: 500"],
  ])("stays when the check %s: counted, and said in the evidence", async (_, answer, reason) => {
    const { explain, keys } = scripted(["dog"], answer);
    const said = await explain();
    expect(keys()).toEqual(["explain/3", "check/3/1"]);
    expect(said).toMatchObject({ status: "explained", text: "dog", cost: { calls: 2 } });
    const none = { label: "dog", kind: "image", right: 0, n: 0, balancedAccuracy: null, wrong: [], reason };
    expect(said.evidence.checks).toEqual([none]);
  });

  it("is not checked where too little was kept back, or can be read", async () => {
    const few = [{ silentChecks: [row(110, 0)] }, { checks: [row(10)] }, { checks: [row(10), row(GONE)] }];
    for (const kept of few) {
      const { explain, keys } = scripted(["dog"]);
      const said = await explain({ ...SHOWN, ...kept });
      expect(keys()).toEqual(["explain/3"]);
      expect(said).toMatchObject({
        text: "dog",
        evidence: { checks: [{ n: 0, reason: expect.stringContaining("Too few") }] },
      });
    }
  });

  it("is held against texts where a feature fires in texts, all of them marked", async () => {
    const { explain, asked } = scripted(["dog", "dog nose"]);
    const said = await explain(TEXTS);
    expect(said).toMatchObject({ text: "dog nose", cost: { calls: 4 } });
    expect(said.evidence.checks).toMatchObject([
      { kind: "text", right: 2, n: 4 },
      { kind: "text", right: 4 },
    ]);
    expect(asked[1]!.text.match(/\[\[/g)).toHaveLength(4);
    expect(asked[1]!.images).toEqual([]);
    expect(asked[2]!.text).toContain("- It fits the last 2 of the texts with a dash, where the feature is not active.");
  });

  it("is shown on sheets to a model that reads one image", async () => {
    const { explain, asked } = scripted(["dog", "dog nose"], `{"numbers":[1,2,3,4,5,6]}`, 1);
    await explain();
    expect(asked.map(({ images }) => images.length)).toEqual([1, 1, 1, 1]);
    expect(asked[1]!.text).toContain("a sheet of 6 images, each under its number");
    expect(asked[2]!.text).toContain("- It fits the last 2 of the framed pictures, where the feature is not active.");
  });

  it("gives up the weakest examples, not their places, where the counter-examples need room", async () => {
    const { explain, asked } = scripted(["cat", "dog nose"], undefined, 11);
    const images = Array.from({ length: 8 }, (_, i) => row(20 + i));
    expect(await explain({ ...SHOWN, images })).toMatchObject({ text: "dog nose" });
    expect(asked.map((q) => q.images.length)).toEqual([9, 6, 11, 6]);
    expect(asked[2]!.text).toContain("- It does not fit images 5 to 8, where");
    expect(asked[2]!.text).toContain("- It fits images 10 and 11, where");
  });
});

it("asks like this", async () => {
  const earlier = { label: "dog", sentence: "Active on dogs.", kind: "image" as const, missed: 1, fitted: 2 };
  const parts = { strengths: [10, 7, 2], silentImages: 3, texts: [], silentTexts: [] };
  expect(promptOf({ ...parts, layout: "apart", earlier })).toMatchSnapshot();
  expect(promptOf({ ...parts, layout: "sheet", earlier: { ...earlier, missed: 2, fitted: 1 } })).toMatchSnapshot();
  const texts = [6, 4].map((strength) => ({ marked: "a [[dog]] ran", strength }));
  const ofTexts = { ...earlier, sentence: null, kind: "text" as const, fitted: 1 };
  expect(
    promptOf({ strengths: [], silentImages: 0, texts, silentTexts: ["a cat"], layout: "apart", earlier: ofTexts }),
  ).toMatchSnapshot();
  const pixels = { width: 1, height: 1, data: new Uint8Array(3) };
  const items = [row(10), row(110, 0)].map((r) => ({ row: r, fires: r.peak > 0, pixels }));
  const said = { label: "dog", sentence: "Active on dogs." };
  const question = async (kind: "image" | "text", mostImages: number) => {
    const rows = kind === "text" ? [word(10), word(110, 0)].map((r) => ({ row: r, fires: r.peak > 0 })) : items;
    return (await checkQuestion("k", said, { kind, items: rows }, { mostImages })).text;
  };
  expect(await question("image", 2)).toMatchSnapshot();
  expect(await question("image", 1)).toMatchSnapshot();
  expect(await question("text", 1)).toMatchSnapshot();
});
