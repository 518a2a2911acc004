import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { imageSize } from "@/lib/samples/data";
import { findStarters } from "@/lib/trace/data";

interface Turn {
  kind?: string;
  question: string;
  answer: string;
}

const sha = (n: number) => n.toString(16).padStart(64, "0");
const YES = { kind: "present", question: "is there a dog?", answer: "yes, in the center." };
const no = (kind: string, question: string) => ({ kind, question, answer: "no." });

beforeAll(async () => {
  const names = { slug: "d", title: "d", licence: "CC0", source: "", hash: "", config: {}, tags: {} };
  const { id: datasetId } = await db().dataset.create({ data: { id: newId("dataset"), ...names } });
  const given: Turn[][] = [
    [YES],
    [no("present", "is there a cat?"), no("word", "is the word stop written?")],
    [no("present", "is there a cup?")],
    [{ kind: "count", question: "how many things are there?", answer: "no." }],
    [no("country", "is chile on the map?")],
  ];
  const data = given.map((questions, i) => {
    return { datasetId, ordinal: i, sha: sha(i), kind: "image", width: 20, height: 10, truth: { questions } as object };
  });
  await db().sample.createMany({ data });
  await db().sample.create({ data: { datasetId, ordinal: 9, sha: sha(9), kind: "image" } });
});

describe("questions to start a trace from", () => {
  it("are of yes or no, truly no, of as many kinds as there are, each about another image", async () => {
    const found = await findStarters(3);
    expect(found.map((s) => s.question)).toEqual(["is there a cat?", "is chile on the map?", "is there a cup?"]);
    expect(found[0]).toMatchObject({ sha: sha(1), width: 20, height: 10, truth: "no" });
    expect(await findStarters(3)).toEqual(found);
    expect(await findStarters(1)).toEqual(found.slice(0, 1));
  });
});

describe("the size of an image", () => {
  it("is that of its sample, and null where nothing is stored", async () => {
    expect(await imageSize(sha(1))).toEqual({ width: 20, height: 10 });
    expect(await imageSize(sha(9))).toBeNull();
    expect(await imageSize("not a hash")).toBeNull();
    expect(await imageSize(null)).toBeNull();
  });
});
