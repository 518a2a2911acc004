import { expect, it } from "vitest";
import { nounKind } from "./noun-kinds";
import { CONCEPT_KINDS } from "./schema";
import { conceptKindOf } from "./terms";

it("tells the kind of a phrase by its head, and takes what it does not know for a thing", () => {
  const kinds = {
    "a dog": "object",
    "a map": "scene",
    "some signs": "text",
    "a car wheel": "part",
    "a ferris wheel": "object",
    "some teeth": "part",
    "some wood": "material",
    "a glass": "object",
    "a stop sign": "object",
    "a red triangle": "shape",
    "a wheel barrow": "object",
    "some dancing": "activity",
    "some ring": "object",
    "a ring": "object",
    "a building": "object",
    "some french fries": "object",
    "a broken heart": "object",
  } as const;
  expect(Object.fromEntries(Object.keys(kinds).map((phrase) => [phrase, nounKind(phrase)]))).toEqual(kinds);
  for (const kind of Object.values(kinds)) expect(CONCEPT_KINDS).toContain(kind);
});

it("is the kind of a label whose terms are all of it", () => {
  const object = (phrase: string) => ({ kind: "object" as const, phrase });
  expect(conceptKindOf([object("some dancing"), object("some surfing")])).toBe("activity");
  expect(conceptKindOf([object("a dog"), object("a wheel")])).toBe("other");
  expect(conceptKindOf([{ kind: "face", phrase: "a sad face" }])).toBe("feeling");
});
