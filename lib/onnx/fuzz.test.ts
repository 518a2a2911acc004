import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAppError } from "@/lib/core/errors";
import { createRng } from "@/lib/core/rng";
import { checkModel } from "@/lib/onnx/check";
import { decodeModel, encodeModel } from "@/lib/onnx/codec";
import { editable, graphOf } from "@/lib/onnx/graph";

const GOOD = readFileSync("tests/fixtures/tiny-llava-random/onnx/vision_encoder.onnx");
const rng = createRng(5, "fuzz");

function open(bytes: Uint8Array): void {
  checkModel(decodeModel(bytes, "hostile.onnx"), "hostile.onnx");
}

/** A varint of ten bytes at most. */
function varint(value: bigint): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return [...out, Number(rest)];
    out.push(Number(rest & 127n) | 128);
  }
}

/** Offsets of the length prefixes of the outermost fields and of the fields of the graph. */
function lengthsIn(bytes: Uint8Array, from: number, to: number, depth: number): { at: number; end: number }[] {
  const found: { at: number; end: number }[] = [];
  for (let i = from; i < to; ) {
    const read = () => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[i++]!;
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    };
    const tag = read();
    if ((tag & 7) === 0) read();
    else if ((tag & 7) === 5) i += 4;
    else if ((tag & 7) === 1) i += 8;
    else {
      const at = i;
      const length = read();
      found.push({ at, end: i });
      if (depth > 0) found.push(...lengthsIn(bytes, i, i + length, depth - 1));
      i += length;
    }
  }
  return found;
}

const graphField = lengthsIn(GOOD, 0, GOOD.length, 0).sort((a, b) => b.end - b.at - (a.end - a.at))[0]!;
const HUGE = [2n ** 31n - 1n, 2n ** 32n, 2n ** 40n, 2n ** 53n - 1n, 2n ** 62n, 2n ** 64n - 1n];

const CASES: Record<string, () => Uint8Array> = {
  truncated: () => GOOD.subarray(0, rng.int(GOOD.length)),
  "random bytes": () => Uint8Array.from({ length: rng.int(4096) }, () => rng.int(256)),
  "random bytes after a good beginning": () => {
    const cut = rng.int(GOOD.length);
    return Buffer.concat([GOOD.subarray(0, cut), Uint8Array.from({ length: 400 }, () => 128 + rng.int(128))]);
  },
  "a length beyond the file": () => {
    const { at, end } = rng.pick([graphField, ...lengthsIn(GOOD, graphField.end, GOOD.length - 16, 0)]);
    return Buffer.concat([GOOD.subarray(0, at), Uint8Array.from(varint(rng.pick(HUGE))), GOOD.subarray(end)]);
  },
  "a weight of hostile shape": () => {
    const model = editable(decodeModel(GOOD, "good"));
    const weights = graphOf(model).initializer;
    const which = rng.int(weights.length);
    const dims = rng.pick([[2 ** 40], [2 ** 31, 2 ** 31], [-1], [7], [0], [2 ** 52, 2 ** 52, 2 ** 52]]);
    weights[which] = { ...weights[which]!, dims };
    return encodeModel(model);
  },
};

describe("hostile ONNX files", () => {
  it("are refused, 1,000 of 1,000, with one kind of error and without taking memory", () => {
    open(GOOD);
    const kinds = Object.entries(CASES);
    const before = process.memoryUsage().rss;
    for (let n = 0; n < 1000; n++) {
      const [kind, make] = kinds[n % kinds.length]!;
      const bytes = make();
      let caught: unknown;
      try {
        open(bytes);
      } catch (error) {
        caught = error;
      }
      expect(isAppError(caught), `${kind}, case ${n}: ${caught ?? "no error"}`).toBe(true);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });
});
