import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { METHODS } from "../format";
import { traceParamsSchema } from "../schema";
import {
  type DeskState,
  type DeskTurn,
  deskAddress,
  deskParams,
  isComplete,
  queryOf,
  readDesk,
  requestOf,
  searchAddress,
  stateOfRun,
  steerAddress,
} from "./format";

const slug = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,12}$/);
const text = fc.string({ unit: "grapheme", maxLength: 30 });
const FALLBACK = ["tiny/4-res-4k"];

/** Conversations as the desk makes them: maybe system words, a question, then answers and questions in turn. */
const turns = fc
  .tuple(fc.string(), text, fc.array(text, { maxLength: 4 }))
  .map(([system, prompt, rest]): DeskTurn[] => [
    ...(system ? [{ role: "system" as const, content: system }] : []),
    { role: "user", content: prompt },
    ...rest.map((content, i) => ({ role: i % 2 ? ("user" as const) : ("assistant" as const), content })),
  ]);

const states: fc.Arbitrary<DeskState> = fc.record({
  in: fc
    .tuple(slug, fc.uniqueArray(slug, { minLength: 1, maxLength: 8 }))
    .map(([model, saes]) => saes.map((sae) => `${model}/${sae}`)),
  image: fc.option(fc.stringMatching(/^[0-9a-f]{64}$/)),
  turns,
  answer: text,
  against: text,
  method: fc.constantFrom(...METHODS),
});

const read = (query: string) => readDesk(new URLSearchParams(query), FALLBACK);

describe("the set-up in the address", () => {
  test("whatever is set comes back", () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(read(queryOf({ ...deskParams(state, FALLBACK) }))).toEqual(state);
        expect(read(deskAddress(state).replace("/trace?", ""))).toEqual(state);
      }),
    );
  });

  test("whatever the address says, reading and writing it is stable", () => {
    const names = ["in", "image", "system", "prompt", "turn", "answer", "against", "method", "other"];
    const params = fc.array(fc.tuple(fc.constantFrom(...names), fc.string()), { maxLength: 12 });
    fc.assert(
      fc.property(params, (given) => {
        const once = readDesk(new URLSearchParams(given), FALLBACK);
        expect(read(queryOf({ ...deskParams(once, FALLBACK) }))).toEqual(once);
      }),
    );
  });

  test("a default is left out, and what does not parse is as if it were not there", () => {
    expect(queryOf({ ...deskParams(read(""), FALLBACK) })).toBe("");
    const bad = read("image=../etc&method=magic&in=nonsense,a/b/c");
    expect(bad).toEqual(read(""));
    expect(read("in=m/a,other/b,m/c,m/a").in).toEqual(["m/a", "m/c"]);
  });

  test("it reads like an address and not like a cipher", () => {
    const state = { ...read("prompt=is+chile+on+the+map%3F&answer=yes"), image: "ab".repeat(32) };
    expect(deskAddress(state)).toBe(
      `/trace?in=tiny/4-res-4k&image=${"ab".repeat(32)}&prompt=is+chile+on+the+map%3F&answer=yes`,
    );
  });
});

describe("a run of the desk", () => {
  test("is a request that the interface takes, and its fork is the same set-up", () => {
    fc.assert(
      fc.property(states.filter(isComplete), (state) => {
        const params = traceParamsSchema.parse(requestOf(state));
        const again = stateOfRun(params);
        expect(again.in).toEqual(state.in);
        expect(requestOf(readDesk(new URLSearchParams(deskAddress(again).slice(7)), []))).toEqual(requestOf(again));
      }),
    );
  });

  test("empty answers are left to the model, and nothing is asked without a question", () => {
    expect(requestOf(read("prompt=why"))).toEqual({
      model: "tiny",
      in: FALLBACK,
      messages: [{ role: "user", content: "why" }],
      image: null,
      method: "gradient",
    });
    expect(isComplete(read("prompt=+"))).toBe(false);
    expect(isComplete(readDesk(new URLSearchParams("prompt=why"), []))).toBe(false);
  });

  test("SAEs named without their model, and neighbours of one role, are put right", () => {
    const params = traceParamsSchema.parse({
      model: "m",
      in: ["a"],
      messages: [
        { role: "user", content: "one" },
        { role: "user", content: "two" },
      ],
    });
    expect(deskAddress(stateOfRun(params))).toBe("/trace?in=m/a&prompt=one%0A%0Atwo");
  });
});

test("a cause goes to the steering desk with its image, question and answers", () => {
  const state = read(`image=${"0".repeat(64)}&prompt=is+it+red%3F&answer=yes&against=no&method=halving`);
  expect(steerAddress(state, "tiny/4-res-4k/512", -2, "add")).toBe(
    `/steer?f=4-res-4k/512:-2:add&in=tiny&image=${"0".repeat(64)}&prompt=is+it+red%3F&answer=yes&against=no`,
  );
  expect(steerAddress(read(""), "tiny/4-res-4k/512", 0, "ablate")).toBe("/steer?f=4-res-4k/512:0:ablate&in=tiny");
});

test("a trace goes to the search with the answer that lost as the wanted one", () => {
  const state = read("prompt=is+it+red%3F&answer=yes&against=no&method=halving");
  const asked = "/steer/search?in=tiny/4-res-4k&prompt=is+it+red%3F";
  expect(searchAddress(state, "tiny/4-res-4k", true)).toBe(`${asked}&wanted=no&unwanted=yes`);
  expect(searchAddress(state, "tiny/4-res-4k", false)).toBe(`${asked}&wanted=yes&unwanted=no`);
});
