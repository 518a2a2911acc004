import { describe, expect, it } from "vitest";
import type { ImageTruth } from "@/lib/datasets/schema";
import { formatFigure } from "@/lib/measure/format";
import { imageEmbedding } from "@/lib/measure/image-embedding";
import { monosemanticityFigures } from "@/lib/measure/spread";
import { termsOfTruth, truthEmbeddings } from "@/lib/measure/truth-embedding";
import { openModel } from "@/lib/model/open";
import { addImage, createMonosemanticitySums } from "@/lib/sae/monosemanticity";

const scene = (color: string, ...concepts: string[]): ImageTruth =>
  ({
    theme: "objects",
    background: { color, texture: "dots" },
    objects: concepts.map((concept, id) => ({ id, kind: "object", concept })),
  }) as unknown as ImageTruth;

describe("embeddings by known truth", () => {
  it("have the share of common terms as their cosine", () => {
    const scenes = [scene("red", "dog", "dog", "car"), scene("red", "cat"), scene("blue", "sun")];
    expect(termsOfTruth(scenes[0]!)).toEqual(["object: dog", "object: car", "color: red", "texture: dots"]);
    const { d, of } = truthEmbeddings(scenes);
    expect(d).toBe(7);
    const cosine = (a: Float32Array, b: Float32Array) => {
      let [ab, aa, bb] = [0, 0, 0];
      a.forEach((x, i) => {
        ab += x * b[i]!;
        aa += x * x;
        bb += b[i]! ** 2;
      });
      return ab / Math.sqrt(aa * bb);
    };
    expect(cosine(of(scenes[0]!), of(scenes[1]!))).toBeCloseTo(2 / Math.sqrt(4 * 3), 6);
    expect(cosine(of(scenes[0]!), of(scenes[2]!))).toBeCloseTo(1 / Math.sqrt(4 * 3), 6);
  });
});

describe("figures over features", () => {
  it("count those that fire in enough images, and name the best", () => {
    const sums = createMonosemanticitySums(3, 2);
    for (let i = 0; i < 20; i++) {
      // Feature 0 fires on one kind of image, feature 1 on both, feature 2 in too few.
      const kind = i % 2;
      addImage(sums, kind ? [1, 0] : [0, 1], [0, 1, 2], [kind, 1, i < 5 ? 1 : 0]);
    }
    const { images, baseline, plain, best, minMax } = monosemanticityFigures(sums);
    expect(images).toBe(20);
    expect(plain.features).toBe(2);
    expect(best.map(([feature]) => feature)).toEqual([0, 1]);
    expect(best[0]![1]).toBeCloseTo(1, 12);
    expect(best[1]![1]).toBeCloseTo(baseline!, 12);
    expect(plain.mean).toBeCloseTo((1 + baseline!) / 2, 12);
    // Where it fires everywhere alike, min-max scaling leaves nothing.
    expect(minMax.features).toBe(1);
    expect(monosemanticityFigures(createMonosemanticitySums(1, 1)).plain).toEqual({
      features: 0,
      mean: null,
      p10: null,
      p50: null,
      p90: null,
    });
  });
});

it("an encoder gives one vector an image, different for different images", async () => {
  const model = await openModel("tests/fixtures/tiny-clip");
  if (model.kind !== "vision") throw new Error("a tower was expected");
  const filled = (value: number) => ({
    width: 8,
    height: 8,
    data: new Uint8Array(192).map((_, i) => (i % 3 ? value : 9)),
  });
  const [a, b] = [await imageEmbedding(model, filled(0)), await imageEmbedding(model, filled(200))];
  await model.dispose();
  expect(a.length).toBe(b.length);
  expect(a.length).toBeLessThan(200);
  expect(a).not.toEqual(b);
});

it("figures have three digits and a real minus sign", () => {
  expect([0.98369, 1.0113, -0.0204, 16, 0, null].map(formatFigure)).toEqual([
    ".984",
    "1.011",
    "−.020",
    "16.0",
    ".000",
    "–",
  ]);
});
