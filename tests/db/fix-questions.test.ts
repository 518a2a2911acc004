import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { otherImages, questionKinds } from "@/lib/steering/fix/data";
import { makeFeatures } from "../helpers/feature-rows";

const sha = (n: number) => n.toString(16).padStart(64, "0");
const turn = (kind: string, question: string, answer: string) => ({ kind, question, answer });
const CHILE = "is chile on the map?";
const chile = (answer: string) => turn("country", CHILE, answer);
const peru = turn("country", "is peru on the map?", "no.");
/** Questions about images 0, 1, 2, ... of the corpus. */
const GIVEN = [
  [chile("no.")],
  [chile("yes, in the center.")],
  [turn("count", "how many things are there?", "no.")],
  [peru],
  [chile("no."), peru],
  [turn("present", "is there a cat?", "yes, in the center.")],
];

beforeAll(async () => {
  const saeId = await makeFeatures("tiny", "s", []);
  const make = async (slug: string, questions: readonly object[][], first: number) => {
    const names = { slug, title: slug, licence: "CC0", source: "", hash: slug, config: {}, tags: {} };
    const { id: datasetId } = await db().dataset.create({ data: { id: newId("dataset"), ...names } });
    const data = questions.map((asked, i) => {
      return { datasetId, ordinal: i, sha: sha(first + i), kind: "image", truth: { questions: asked } as object };
    });
    await db().sample.createMany({ data });
    return datasetId;
  };
  await db().sae.update({ where: { id: saeId }, data: { datasetId: await make("corpus", GIVEN, 0) } });
  await make("elsewhere", [[chile("no.")]], 100);
});

describe("kinds of stored questions", () => {
  it("are those of yes or no in the corpora of SAEs, with an example of each", async () => {
    expect(await questionKinds()).toEqual([
      { dataset: "corpus", kind: "country", n: 5, example: CHILE },
      { dataset: "corpus", kind: "present", n: 1, example: "is there a cat?" },
    ]);
  });
});

describe("other images to try a question on", () => {
  const others = (answer: string, limit: number) =>
    otherImages({ in: "tiny/s", question: CHILE, answer, skip: sha(0), limit });

  it("are first those where the wanted answer is the true one, then those of the same kind, then any", async () => {
    expect(await others("no", 9)).toEqual([sha(4), sha(3), sha(2), sha(5)]);
    expect(await others("no", 2)).toEqual([sha(4), sha(3)]);
  });

  it("are never ones where it is false, and for yes only those where it is known", async () => {
    expect(await others("yes", 9)).toEqual([sha(1)]);
  });

  it("are any images where nothing is known of the question", async () => {
    const query = { in: "tiny/s", question: "where is it?", answer: "the sea", skip: undefined, limit: 2 };
    expect(await otherImages(query)).toEqual([sha(0), sha(1)]);
    await expect(otherImages({ ...query, in: "tiny/none" })).rejects.toThrow(/no SAE/);
  });
});
