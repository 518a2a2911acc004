import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { METHODS, strengthOf } from "../format";
import { deskOf, lacking, requestOf } from "../request/format";
import { steerParamsSchema } from "../schema";
import { DESK_DEFAULTS, dosesOf, PARTS, parseDesk, printDesk } from "./format";
import type { Desk, Turned } from "./types";

const slug = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,8}$/);
const size = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => x + 0);
const turned: fc.Arbitrary<Turned> = fc.record({
  ref: fc.tuple(slug, fc.nat(99_999)).map(([sae, index]) => `${sae}/${index}`),
  strength: size,
  method: fc.constantFrom(...METHODS),
  where: fc.option(fc.constantFrom(...PARTS)),
});
const desks: fc.Arbitrary<Desk> = fc.record({
  model: slug,
  features: fc.array(turned, { maxLength: 16 }),
  image: fc.option(fc.stringMatching(/^[0-9a-f]{64}$/)),
  system: fc.string(),
  prompt: fc.string(),
  turns: fc.array(fc.string(), { maxLength: 4 }),
  where: fc.constantFrom(...PARTS),
  region: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/)),
  unit: fc.constantFrom("ref" as const, "max" as const, "raw" as const),
  seed: fc.nat(0x7fffffff),
  temp: fc.double({ min: 0, max: 2, noNaN: true }).map((x) => x + 0),
  len: fc.integer({ min: 1, max: 512 }),
  doses: fc.integer({ min: -9, max: 4 }).map((from) => ({ from, to: from + 5 })),
  answer: fc.string(),
  against: fc.string(),
});

const read = (query: string, notices?: string[]) => parseDesk(new URLSearchParams(query), notices);

describe("the desk in its address", () => {
  it("reads back as it was written, whatever is on it", () => {
    fc.assert(
      fc.property(desks, (desk) => {
        const notices: string[] = [];
        expect(read(printDesk(desk), notices)).toEqual(desk);
        expect(notices).toEqual([]);
      }),
    );
  });

  it("leaves defaults out and keeps parameters that it does not know", () => {
    expect(printDesk(DESK_DEFAULTS)).toBe("");
    expect(printDesk(DESK_DEFAULTS, new URLSearchParams("tour=2&len=9"))).toBe("tour=2");
  });

  it("opens a link with one feature ready to run", () => {
    const desk = read("f=4-res-4k/2136:2:add&prompt=what+is+it%3F");
    expect(desk.features).toEqual([{ ref: "4-res-4k/2136", strength: 2, method: "add", where: null }]);
    expect(lacking(desk)).toBeUndefined();
    expect(read("f=tiny/4-res-4k/7").features[0]).toMatchObject({ ref: "4-res-4k/7", strength: 1, method: "add" });
    expect(read("f=tiny/4-res-4k/7").model).toBe("tiny");
  });

  it("falls back with a sentence for each value that is not understood", () => {
    const notices: string[] = [];
    expect(read("f=7&f=a/1:x&where=sky&seed=-1&doses=3..1&temp=&image=zz", notices)).toEqual(DESK_DEFAULTS);
    expect(notices).toHaveLength(7);
  });
});

describe("a request of the desk", () => {
  const runnable = desks
    .filter((desk) => desk.features.length > 0 && lacking(desk) === undefined)
    // What no longer matters cannot come back: blank system words, a region that nothing uses, half a watched pair, the unit of factors.
    .map((desk): Desk => {
      const level = desk.features.some(({ method }) => strengthOf(method) === "level");
      const regional = desk.features.some(({ where }) => (where ?? desk.where) === "region");
      const watched = desk.answer !== "" && desk.against !== "";
      return {
        ...desk,
        system: desk.system.trim() === "" ? "" : desk.system,
        region: regional ? desk.region : null,
        unit: level ? desk.unit : "ref",
        ...(watched ? {} : { answer: "", against: "" }),
      };
    });

  it("is one that the interface takes as it is, and a run of it opens as the same desk", () => {
    fc.assert(
      fc.property(runnable, (desk) => {
        const { seed, ...params } = requestOf(desk, desk.image, true);
        expect(steerParamsSchema.parse(params)).toEqual(params);
        const notices: string[] = [];
        const again = deskOf(params, seed, notices);
        expect(notices).toEqual([]);
        // Which part is the desk's and which a feature's own may differ; what is asked may not.
        expect(requestOf(again, again.image, true)).toEqual({ seed, ...params });
        expect({ ...again, features: [], where: "all" }).toEqual({ ...desk, features: [], where: "all" });
      }),
    );
  });

  it("opens as the very same desk where the desk's own part is known, as a recipe knows it", () => {
    fc.assert(
      fc.property(runnable, (desk) => {
        // A part of its own that is also the desk's says nothing more.
        const features = desk.features.map((f) => ({ ...f, where: f.where === desk.where ? null : f.where }));
        const { seed, ...params } = requestOf(desk, desk.image, true);
        expect(printDesk(deskOf(params, seed, [], desk.where))).toBe(printDesk({ ...desk, features }));
      }),
    );
  });

  it("is as long as one of the interface where nobody says how long", () => {
    expect(steerParamsSchema.shape.maxTokens.parse(undefined)).toBe(DESK_DEFAULTS.len);
  });

  it("asks for frames and controls only with a film strip", () => {
    const desk = read("f=a/1");
    expect(requestOf(desk, null, false)).toMatchObject({ doses: [], controls: [], offTarget: false });
    expect(requestOf(desk, null, true)).toMatchObject({
      doses: [-3, -2, -1, 0, 1, 2, 3],
      controls: ["random", "sae"],
      controlSeeds: 5,
      offTarget: true,
    });
    expect(dosesOf({ from: 0, to: 2 })).toEqual([0, 1, 2]);
  });

  it("says what is missing", () => {
    expect(lacking(DESK_DEFAULTS)).toMatch(/feature/);
    expect(lacking(read("f=a/1&where=region&image=aaaaaaaaaaaa"))).toMatch(/[Pp]aint/);
    expect(lacking(read("f=a/1&prompt="))).toMatch(/[Aa]sk/);
  });

  it("says what a run of the interface has that the desk cannot hold", () => {
    const params = steerParamsSchema.parse({
      model: "m",
      messages: [{ role: "user", content: "?" }],
      steering: [{ feature: "m/a/1", where: { positions: [[3, 8]] } }],
      doses: [0.5, 1],
    });
    const notices: string[] = [];
    expect(deskOf(params, 4, notices)).toMatchObject({ seed: 4, features: [{ ref: "a/1", where: null }] });
    expect(notices).toHaveLength(2);
  });
});
