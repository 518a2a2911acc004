import { describe, expect, it } from "vitest";
import type { CaptionContrast, EvidenceRow } from "@/lib/autointerp/data";
import type { Question, Reader, Reply } from "@/lib/autointerp/reader";
import { evidenceRow, pendingFeature } from "@/tests/helpers/evidence-rows";
import { captionsExplainer } from "./captions";
import { NO_COST } from "./cost";
import type { ExplainContext, Shown } from "./explainer";
import { paperExplainer, paperMask } from "./paper";
import { pipelineExplainer } from "./pipeline";
import { selfExplainer } from "./self";
import { partPool } from "./shown";

const GRID = 4;
const IMAGE = { width: 8, height: 8, data: new Uint8Array(192).fill(200) };
const PLACE = {
  rows: GRID,
  cols: GRID,
  affine: [8, 0, 0, 8, 0, 0] as [number, number, number, number, number, number],
};

/** Sample id -> caption. */
const CAPTIONS = new Map<number, string>();

const feature = (index: number, imageShare = 1) => pendingFeature({ index, imageShare, aRef: 1 });

function row(index: number, sampleId: number, peak: number, more: Partial<EvidenceRow> = {}): EvidenceRow {
  const grid = new Uint8Array(GRID * GRID);
  grid[5] = 255;
  return evidenceRow(sampleId, { index, rank: 0, peak, peakAt: 5, mean: peak, grid, scale: 1, ...more });
}

/** Shows a feature `n` images that all have this caption. */
function shownOf(index: number, captions: readonly string[], checks: readonly string[] = []): Shown {
  const rowsOf = (list: readonly string[], from: number) =>
    list.map((caption, i) => {
      const id = index * 1000 + from + i;
      CAPTIONS.set(id, caption);
      return row(index, id, 100 - i);
    });
  return { feature: feature(index), images: rowsOf(captions, 0), texts: [], checks: rowsOf(checks, 500) };
}

const context: ExplainContext = {
  signal: new AbortController().signal,
  sample: async (id) => ({
    caption: CAPTIONS.get(id) ?? null,
    tags: [],
    image: async () => ({ pixels: IMAGE, place: PLACE }),
  }),
};

/** A reader that answers by a rule and remembers what it was asked. */
function readerOf(answer: (question: Question, n: number) => string | Reply): Reader & { asked: Question[] } {
  const asked: Question[] = [];
  return {
    ...{ model: "reader", mostImages: 1, instructed: false, asked },
    ask: async (questions) =>
      questions.map((question): Reply => {
        const said = answer(question, asked.push(question) - 1);
        return typeof said === "string"
          ? { state: "answered", text: said, promptTokens: 10, completionTokens: 2, ms: 1 }
          : said;
      }),
  };
}

const NOTHING = { regions: [], cost: NO_COST };

const elsewhere: CaptionContrast = {
  dataset: "d",
  captions: ["dog", "cat", "cup", "tree", "fish", "boat", ..."mnopqrstuvwxyz"].flatMap((thing) =>
    Array.from({ length: 10 }, () => ({ caption: `a ${thing} on a red background.`, tags: [] })),
  ),
  windows: [],
};

describe("captions", () => {
  it("names what captions share, asks nobody, and declines what they do not share", async () => {
    const list = [
      shownOf(1, Array(4).fill("a dog and a cup on a red background.")),
      shownOf(2, ["a cat.", "a boat.", "a tree."]),
    ];
    const [dog, none] = await captionsExplainer(elsewhere).explain(list, context);
    expect(dog).toMatchObject({ index: 1, status: "explained", cost: { calls: 0 } });
    expect(["dog", "cup"]).toContain(dog?.text);
    expect(none).toMatchObject({ index: 2, status: "declined", text: null });
  });
});

describe("pipeline", () => {
  it("stops asking as soon as one term is far ahead, and says what it cost", async () => {
    const reader = readerOf(() => "a dog.");
    const explainer = pipelineExplainer(reader, elsewhere, NOTHING);
    const [one] = await explainer.explain([shownOf(3, Array(6).fill("a dog on a red background."))], context);
    expect(one).toMatchObject({
      status: "explained",
      text: "dog",
      kind: "object",
      cost: { calls: 1, promptTokens: 10, completionTokens: 2 },
    });
    expect(one?.confidence).toBeGreaterThan(0.85);
  });

  it("asks about no region of a feature that hardly fires in images, and names it by its texts", async () => {
    const asked: string[] = [];
    const reader = readerOf(() => "a dog.");
    const counting: Reader = {
      ...reader,
      ask: (questions, signal) => {
        asked.push(...questions.map((q) => q.key));
        return reader.ask(questions, signal);
      },
    };
    const windows = Array.from({ length: 80 }, (_, i) => ({
      ...{ feature: 500 + i, sampleId: 5000 + i },
      window: { tokens: ["the", ` w${i}`], peakAt: 1 },
    }));
    const explainer = pipelineExplainer(counting, { ...elsewhere, windows }, NOTHING);
    const texts = [1, 2, 3].map((i) => evidenceRow(100 + i, { index: 5, tokens: [`x${i}`, " hungry"], peakAt: 1 }));
    const of = (imageShare: number): Shown => ({
      ...shownOf(5, Array(6).fill("a dog on a red background.")),
      ...{ feature: feature(5, imageShare), texts },
    });
    const [spoken] = await explainer.explain([of(0.1)], context);
    expect(spoken).toMatchObject({ status: "explained", text: "the word “hungry”", cost: { calls: 0 } });
    expect(asked).toEqual([]);
    // Nor where its texts have no word in common: what its few images show would be no label.
    const [silent] = await explainer.explain([{ ...of(0.1), texts: [] }], context);
    expect(silent).toMatchObject({ status: "declined", text: null, cost: { calls: 0 } });
    const [seen] = await explainer.explain([of(0.9)], context);
    expect(seen).toMatchObject({ text: "dog", cost: { calls: 1 } });
  });

  it("lets regions decide between things that captions always name together", async () => {
    const both = Array(6).fill("a dog and a cup on a red background.");
    for (const thing of ["dog", "cup"]) {
      const explainer = pipelineExplainer(
        readerOf(() => `a ${thing}.`),
        elsewhere,
        NOTHING,
      );
      const [one] = await explainer.explain([shownOf(4, both)], context);
      expect(one?.text).toBe(thing);
      expect(one?.cost.calls).toBeGreaterThan(1);
    }
  });

  it("takes a thing that is not in the image for a misreading", async () => {
    const regions = Array.from({ length: 40 }, (_, i) => ({ feature: 900 + i, sampleId: 0, answer: "a tree." }));
    const explainer = pipelineExplainer(
      readerOf(() => "a boat."),
      elsewhere,
      { regions, cost: NO_COST },
    );
    // Captions leave it open, so every region is asked about: were the answers believed, they would outweigh both.
    const [one] = await explainer.explain([shownOf(5, Array(4).fill("a dog and a cup on a red background."))], context);
    expect(["dog", "cup"]).toContain(one?.text);
    expect(one?.cost.calls).toBe(4);
  });

  it("weighs a label again that most checks speak against, with the checks as evidence", async () => {
    const reader = readerOf((q) => (Number(q.key.split("/")[2]) % 1000 < 500 ? "a dog." : "a cat."));
    const explainer = pipelineExplainer(reader, elsewhere, NOTHING);
    const shown = shownOf(6, ["a dog.", "a dog.", "a dog."], Array(6).fill("a cat."));
    const [one] = await explainer.explain([shown], context);
    expect(one?.text).toMatch(/cat/);
    expect(one?.cost.calls).toBeGreaterThan(2);
    expect(one?.evidence.exemplars.some((e) => e.sampleId % 1000 >= 500)).toBe(true);
  });

  it("says failed, with the reason, when no answer came and captions do not say it", async () => {
    const reader = readerOf(() => ({ state: "failed", reason: "no answer in 60 s", ms: 5 }));
    const explainer = pipelineExplainer(reader, elsewhere, NOTHING);
    const [one] = await explainer.explain([shownOf(7, ["a cat.", "a boat.", "a tree."])], context);
    expect(one).toMatchObject({ status: "failed", text: null, reason: "no answer in 60 s" });
  });
});

describe("self", () => {
  it("asks about three regions, and about the others only where those differ", async () => {
    const reader = readerOf((q, n) =>
      q.key.includes("region/8/") ? "a dog." : `a ${["cup", "boat", "dog", "dog", "dog"][n % 5]}.`,
    );
    const explainer = selfExplainer(reader, NOTHING, []);
    const list = [shownOf(8, Array(5).fill("x")), shownOf(9, Array(5).fill("x"))];
    const [same, mixed] = await explainer.explain(list, context);
    expect(same).toMatchObject({ status: "explained", text: "dog", cost: { calls: 3 } });
    expect(mixed?.cost.calls).toBe(5);
    expect(reader.asked).toHaveLength(8);
  });
});

describe("paper", () => {
  it("asks about the five of largest mean and takes the most frequent answer", async () => {
    const shown = shownOf(10, Array(8).fill("x"));
    const reader = readerOf((_, n) => (n < 2 ? "a cup." : "a dog."));
    const [one] = await paperExplainer(reader).explain([shown], context);
    expect(one).toMatchObject({ status: "explained", text: "dog", cost: { calls: 5 } });
    const [none] = await paperExplainer(reader).explain([{ ...shown, images: [] }], context);
    expect(none).toMatchObject({ status: "skipped", text: null });
  });

  it("hides all but the cells that fire and half a cell around them", () => {
    const { data } = paperMask(IMAGE, row(1, 1, 1), PLACE);
    const kept = Array.from({ length: 64 }, (_, p) => data[p * 3] === 200);
    // Cell (1, 1) has the pixels 2 and 3; bilinear interpolation reaches one pixel further.
    for (const [p, k] of kept.entries()) expect(k).toBe([1, 2, 3, 4].includes(p % 8) && [1, 2, 3, 4].includes(p >> 3));
  });
});

describe("partPool", () => {
  it("shows every second exemplar of the explain pool and keeps the others; each sample is in one part only", () => {
    const rows = Array.from({ length: 20 }, (_, i) =>
      row(11, i % 15, 20 - i, { pool: i % 4 === 3 ? "score" : "explain" }),
    );
    const { images, checks } = partPool(feature(11), rows, { images: 4, texts: 4 });
    expect(images).toHaveLength(4);
    const both = [...images, ...checks];
    expect(new Set(both.map((r) => r.sampleId)).size).toBe(both.length);
    expect(both.every((r) => r.pool === "explain")).toBe(true);
    expect(images[0]?.peak).toBe(20);
    expect(images[0]!.peak).toBeGreaterThan(checks[0]!.peak);
  });
});
