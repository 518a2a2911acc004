import { describe, expect, it } from "vitest";
import { amend, hopedFor } from "./abilities";
import { readAnswer, retryAfterMs } from "./answer";
import { shapeInWords } from "./in-words";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const read = (status: number, body: string, after: string | null = null) =>
  readAnswer(status, { get: () => after }, body, NOW);
const completion = (message: object, finish = "stop") =>
  JSON.stringify({ choices: [{ message, finish_reason: finish }], usage: { prompt_tokens: 3, completion_tokens: 2 } });

describe("readAnswer", () => {
  it("reads text, also in parts, with what it cost", () => {
    expect(read(200, completion({ content: " a dog " }))).toMatchObject({
      ...{ kind: "answered", text: "a dog", cut: false, tokens: { prompt: 3, completion: 2 } },
    });
    expect(
      read(
        200,
        completion({
          content: [
            { type: "text", text: "a " },
            { type: "text", text: "cat" },
          ],
        }),
      ),
    ).toMatchObject({ text: "a cat" });
    expect(read(200, completion({ content: "a do" }, "length"))).toMatchObject({ kind: "answered", cut: true });
    expect(read(200, `{"choices":[{"message":{"content":"x"}}]}`)).toMatchObject({ kind: "answered", tokens: null });
  });

  it("tells refusals from faults", () => {
    expect(read(200, completion({ content: null, refusal: "No." }))).toMatchObject({ kind: "refused", reason: "No." });
    expect(read(200, completion({ content: "" }, "content_filter"))).toMatchObject({ kind: "refused" });
    expect(read(200, completion({ content: "" }))).toMatchObject({ kind: "again" });
    expect(read(200, `{"choices":[]}`)).toMatchObject({ kind: "again" });
  });

  it("sorts statuses: again, this question is wrong, none can be answered", () => {
    for (const status of [408, 429, 500, 503, 529]) expect(read(status, "busy")).toMatchObject({ kind: "again" });
    for (const status of [400, 413, 422]) expect(read(status, "{}")).toMatchObject({ kind: "rejected" });
    for (const status of [401, 403, 404]) expect(read(status, "{}")).toMatchObject({ kind: "hopeless" });
    expect(read(429, "busy", "2")).toMatchObject({ tooMany: true, afterMs: 2000 });
    expect(read(200, `{"error":{"message":"upstream","code":429}}`)).toMatchObject({ kind: "again", tooMany: true });
    expect(read(502, "<html><title>Bad Gateway</title></html>")).toMatchObject({ reason: "502 Bad Gateway" });
  });

  it("reads Retry-After as seconds and as a date", () => {
    expect(retryAfterMs("1.5", NOW)).toBe(1500);
    expect(retryAfterMs("Thu, 01 Jan 2026 00:00:30 GMT", NOW)).toBe(30_000);
    expect(retryAfterMs("Thu, 01 Jan 2020 00:00:30 GMT", NOW)).toBe(0);
    expect([retryAfterMs(null, NOW), retryAfterMs("soon", NOW)]).toEqual([null, null]);
  });
});

describe("abilities", () => {
  it("are left out by name, else schema before images, until nothing is left", () => {
    const all = hopedFor(11);
    expect(amend(all, "temperature must be 1")).toMatchObject({ temperature: false, schema: true });
    expect(amend(all, "At most 1 image(s) may be provided")).toMatchObject({ images: 1, schema: true });
    expect(amend(all, "response_format: invalid schema for images")).toMatchObject({ images: 11, schema: false });
    const less = amend(all, "bad request")!;
    expect(less).toMatchObject({ schema: false, images: 11 });
    const least = amend(less, "bad request")!;
    expect(least).toMatchObject({ images: 1 });
    expect(amend(least, "bad request")).toBeNull();
  });
});

describe("shapeInWords", () => {
  const schema = { properties: { label: { description: "a name" }, kind: { description: "one of a, b" } } };
  it("says fields or lines", () => {
    expect(shapeInWords(schema, "json").split("\n").slice(1)).toEqual([`- "label": a name`, `- "kind": one of a, b`]);
    expect(shapeInWords(schema, "lines").split("\n").slice(1)).toEqual(["LABEL: <a name>", "KIND: <one of a, b>"]);
  });
});
