import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { encodeSafetensors } from "@/lib/formats/safetensors-write";
import { firingAt, type InspectCodes, parseCodes, peaksWithin, queryRegion, valuesOf } from "./format";

const N = 12; // positions

/** Random codes and the same as a dense table [features][positions]. */
function make(seed: number): { codes: InspectCodes; dense: Map<number, number[]> } {
  const rng = createRng(seed, "codes");
  const dense = new Map<number, number[]>();
  const [feature, ptr, pos, q, scale, ref, density]: number[][] = [[], [0], [], [], [], [], []];
  for (let f = 0; f < 30; f++) {
    if (rng.chance(0.3)) continue;
    const values = Array.from({ length: N }, () => (rng.chance(0.3) ? 1 + rng.int(255) : 0));
    if (!values.some(Boolean)) continue;
    feature!.push(f);
    scale!.push(rng.range(1, 8));
    ref!.push(rng.range(1, 5));
    density!.push(rng.int(4) / 100);
    values.forEach((v, p) => {
      if (v) {
        pos!.push(p);
        q!.push(v);
      }
    });
    ptr!.push(pos!.length);
    dense.set(
      f,
      values.map((v) => (v * Math.fround(scale!.at(-1) as number)) / 255),
    );
  }
  const codes = {
    feature: Uint32Array.from(feature!),
    ptr: Uint32Array.from(ptr!),
    pos: Uint16Array.from(pos!),
    q: Uint8Array.from(q!),
    scale: Float32Array.from(scale!),
    ref: Float32Array.from(ref!),
    density: Float32Array.from(density!),
  };
  return { codes, dense };
}

const maskOf = (seed: number) => {
  const rng = createRng(seed, "mask");
  return Uint8Array.from({ length: N }, () => (rng.chance(0.4) ? 1 : 0));
};

describe("queryRegion", () => {
  it("agrees with means taken one by one, for any A and B and every order", () => {
    for (let seed = 0; seed < 40; seed++) {
      const { codes, dense } = make(seed);
      const [a, b, within] = [maskOf(seed), maskOf(seed + 100), new Uint8Array(N).fill(1)];
      for (const given of [undefined, b]) {
        const other = given ?? a.map((bit) => 1 - bit);
        const mean = (values: number[], mask: Uint8Array) => {
          const own = values.filter((_, p) => mask[p]);
          return own.length > 0 ? own.reduce((x, y) => x + y, 0) / own.length : 0;
        };
        const hits = queryRegion(codes, { a, b: given, within, sort: "specificity" });
        expect(hits.map((h) => h.feature).sort((x, y) => x - y)).toEqual(
          [...dense].filter(([, values]) => mean(values, a) > 0).map(([f]) => f),
        );
        for (const hit of hits) {
          const values = dense.get(hit.feature) as number[];
          const ref = codes.ref[codes.feature.indexOf(hit.feature)] as number;
          expect(hit.a).toBeCloseTo(mean(values, a), 5);
          expect(hit.b).toBeCloseTo(mean(values, other), 5);
          expect(hit.score).toBeCloseTo((hit.a - hit.b) / ref, 5);
        }
        const scores = hits.map((h) => h.score);
        expect(scores).toEqual([...scores].sort((x, y) => y - x));
        const rare = queryRegion(codes, { a, b: given, within, sort: "rarity" }).map((h) => h.density);
        expect(rare).toEqual([...rare].sort((x, y) => x - y));
      }
    }
  });
  it("gives ties to the rarer feature", () => {
    const codes: InspectCodes = {
      feature: Uint32Array.of(1, 2),
      ptr: Uint32Array.of(0, 1, 2),
      pos: Uint16Array.of(0, 0),
      q: Uint8Array.of(255, 255),
      scale: Float32Array.of(2, 2),
      ref: Float32Array.of(2, 2),
      density: Float32Array.of(0.2, 0.1),
    };
    const ask = { a: Uint8Array.of(1, 0), within: Uint8Array.of(1, 1), sort: "specificity" as const };
    expect(queryRegion(codes, ask).map((h) => h.feature)).toEqual([2, 1]);
  });
});

it("takes peaks within a mask only", () => {
  const { codes, dense } = make(2);
  const within = maskOf(2);
  const hits = peaksWithin(codes, within);
  const peak = (values: number[]) => Math.max(...values.filter((_, p) => within[p]));
  expect(hits.length).toBe([...dense].filter(([, values]) => peak(values) > 0).length);
  for (const hit of hits) expect(hit.a).toBeCloseTo(peak(dense.get(hit.feature) as number[]), 5);
  expect(hits.map((h) => h.strength)).toEqual(hits.map((h) => h.strength).sort((x, y) => y - x));
});

it("reads what the worker writes, and tells values by feature and by position", async () => {
  const { codes, dense } = make(1);
  const shape = (data: { length: number }) => [data.length];
  const bytes = encodeSafetensors([
    { name: "feature", dtype: "U32", data: codes.feature, shape: shape(codes.feature) },
    { name: "ptr", dtype: "U32", data: codes.ptr, shape: shape(codes.ptr) },
    { name: "pos", dtype: "U16", data: codes.pos, shape: shape(codes.pos) },
    { name: "q", dtype: "U8", data: codes.q, shape: shape(codes.q) },
    { name: "scale", dtype: "F32", data: codes.scale, shape: shape(codes.scale) },
    { name: "ref", dtype: "F32", data: codes.ref, shape: shape(codes.ref) },
    { name: "density", dtype: "F32", data: codes.density, shape: shape(codes.density) },
  ]);
  const read = parseCodes(bytes.slice().buffer as ArrayBuffer);
  expect(read).toEqual(codes);
  for (const [f, values] of dense) {
    const own = valuesOf(read, f);
    for (const [p, v] of values.entries()) expect(own.get(p) ?? 0).toBeCloseTo(v, 5);
  }
  const at = firingAt(read, 3);
  expect(at.map((x) => x.feature).sort((x, y) => x - y)).toEqual([...dense].filter(([, v]) => v[3]).map(([f]) => f));
});
