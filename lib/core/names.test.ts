import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCursor, encodeCursor } from "./cursor";
import { canonicalJson, hashOf } from "./hash";
import { isId, newId } from "./ids";

describe("newId", () => {
  it("makes ids of its kind that differ", () => {
    const ids = Array.from({ length: 1000 }, () => newId("run"));
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every((id) => isId("run", id) && !isId("sae", id))).toBe(true);
    expect(isId("run", "r0OIl")).toBe(false);
  });
});

describe("canonicalJson", () => {
  it("does not depend on the order of keys and drops undefined", () => {
    expect(canonicalJson({ b: [1, { d: undefined, c: null }], a: "x" })).toBe('{"a":"x","b":[1,{"c":null}]}');
    expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: "1" }));
  });

  it("is JSON of the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("cursors", () => {
  it("come back as they went, and only for their own list", () => {
    const list = { sort: "-max", kind: ["a"] };
    const cursor = encodeCursor(list, [0.25, 17, null, "x"]);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor({ kind: ["a"], sort: "-max" }, cursor)).toEqual([0.25, 17, null, "x"]);
    for (const [other, text] of [
      [{ sort: "max" }, cursor],
      [list, "nonsense"],
      [list, ""],
    ] as const) {
      expect(() => decodeCursor(other, text)).toThrow(expect.objectContaining({ code: "CURSOR_MISMATCH" }));
    }
  });
});
