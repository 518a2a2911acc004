import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searchParamsSchema } from "../schema";
import { FIX_DEFAULTS, fixAddress, fixParams, lacking, othersOf, readFix, requestOf, setupOf } from "./format";
import type { FixSetup } from "./types";

const SHA = "a".repeat(64);
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,8}$/);
const setups: fc.Arbitrary<FixSetup> = fc.record({
  in: fc.oneof(
    fc.constant(""),
    slug,
    fc.tuple(slug, slug).map(([model, sae]) => `${model}/${sae}`),
  ),
  image: fc.option(fc.stringMatching(/^[0-9a-f]{64}$/)),
  system: fc.string(),
  prompt: fc.string(),
  turns: fc.array(fc.string(), { maxLength: 4 }),
  wanted: fc.string(),
  unwanted: fc.string(),
  others: fc.integer({ min: 0, max: 100 }),
  questions: fc.string({ maxLength: 64 }),
  mend: fc.constantFrom("yes" as const, "no" as const),
  kl: fc.double({ min: 0, max: 10, noNaN: true }).map((x) => x + 0),
  changed: fc.double({ min: 0, max: 1, noNaN: true }).map((x) => x + 0),
  edits: fc.integer({ min: 1, max: 5 }),
});
const given = (changed: Partial<FixSetup> = {}): FixSetup => ({
  ...{ ...FIX_DEFAULTS, in: "tiny/4-res-4k", image: SHA, prompt: "is there a dog?", wanted: "no" },
  ...changed,
});
const readAddress = (address: string) => readFix(new URLSearchParams(address.split("?")[1] ?? ""));
const complete = (request: unknown) => searchParamsSchema.parse(request);

describe("the set-up of a search in its address", () => {
  it("reads back as it was written, whatever is set", () => {
    fc.assert(
      fc.property(setups, (setup) => {
        expect(readAddress(fixAddress(setup))).toEqual(setup);
      }),
    );
  });

  it("leaves defaults out", () => {
    expect(Object.values(fixParams(FIX_DEFAULTS)).every((value) => value === null)).toBe(true);
    expect(fixAddress({})).toBe("/steer/search");
    expect(fixAddress({ in: "tiny/4-res-4k", wanted: "the sea" })).toBe(
      "/steer/search?in=tiny/4-res-4k&wanted=the+sea",
    );
  });

  it("falls back where a value does not parse", () => {
    const query = "in=A/b/c&image=beef&others=1.5&mend=maybe&kl=-1&changed=&edits=9";
    expect(readFix(new URLSearchParams(query))).toEqual(FIX_DEFAULTS);
    expect(readFix(new URLSearchParams("in=tiny")).in).toBe("tiny");
  });
});

describe("what a search lacks", () => {
  it("is a goal, either of the two", () => {
    expect(lacking(FIX_DEFAULTS)).toMatch(/question/);
    expect(lacking({ ...FIX_DEFAULTS, questions: "country" })).toBeUndefined();
    expect(lacking(given())).toBeUndefined();
    expect(lacking(given({ questions: "country" }))).toBeUndefined();
  });

  it("is the other half of a question, also beside stored ones", () => {
    expect(lacking(given({ wanted: " " }))).toMatch(/wanted/);
    expect(lacking(given({ prompt: "", questions: "country" }))).toMatch(/question/);
    expect(lacking(given({ unwanted: "no " }))).toMatch(/same/);
    expect(lacking(given({ turns: ["yes.", ""] }))).toMatch(/turns/);
  });
});

describe("the request of a search", () => {
  it("asks one's own question, and the same one about other images", () => {
    const request = complete(requestOf(given({ unwanted: " yes " }), "tiny/4-res-4k", ["b".repeat(64)]));
    const prompt = { messages: [{ role: "user", content: "is there a dog?" }], wanted: "no", unwanted: "yes" };
    expect(request).toMatchObject({ model: "tiny", in: "tiny/4-res-4k", fit: [{ ...prompt, image: SHA }] });
    expect(request.heldOut).toEqual([{ ...prompt, image: "b".repeat(64) }]);
    expect(request.limits).toEqual({ kl: 0.05, changed: 0.02, edits: 5 });
    expect(request.questions).toBeUndefined();
  });

  it("mends stored questions alone, or both together", () => {
    const many = { ...FIX_DEFAULTS, questions: "country", mend: "no" } as const;
    expect(complete(requestOf(many, "tiny/s", []))).toMatchObject({
      fit: [],
      questions: { kind: "country", mend: "no" },
    });
    expect(requestOf(given({ questions: "country" }), "tiny/s", []).fit).toHaveLength(1);
  });

  it("has need of other images only for one's own question about an image", () => {
    expect(othersOf(given())).toBe(12);
    expect(othersOf(given({ image: null }))).toBe(0);
    expect(othersOf(given({ questions: "country" }))).toBe(0);
    expect(othersOf(given({ prompt: "", wanted: "" }))).toBe(0);
  });

  it("can be read from its run again", () => {
    for (const setup of [
      given({ others: 1, unwanted: "yes", kl: 0.2, system: "be brief", turns: ["a dog.", "really?"] }),
      { ...FIX_DEFAULTS, in: "tiny/4-res-4k", questions: "country", mend: "no" as const, edits: 2 },
    ]) {
      const others = setup.image ? ["b".repeat(64)] : [];
      const notices: string[] = [];
      expect(setupOf(complete(requestOf(setup, "tiny/4-res-4k", others)), notices)).toEqual(setup);
      expect(notices).toEqual([]);
    }
  });

  it("says what the desk cannot hold of a run", () => {
    const { fit, ...rest } = complete(requestOf(given(), "tiny/s", []));
    const notices: string[] = [];
    expect(setupOf({ ...rest, in: "s", fit: [...fit, ...fit] }, notices).in).toBe("tiny/s");
    expect(notices).toHaveLength(1);
  });
});
