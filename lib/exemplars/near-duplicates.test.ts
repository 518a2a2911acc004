import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { corpusOf } from "@/lib/exemplars/codes";
import { groupNearDuplicates, looksTheSame } from "@/lib/exemplars/near-duplicates";
import { decodeImage, encodeWebp, type RgbImage, resizeImage } from "@/lib/media/image";
import { perceptualHash } from "@/lib/media/perceptual-hash";

const hex = (digits: readonly number[]) => digits.map((d) => d.toString(16)).join("");

/** Hashes around a few centres, so that many lie near each other. */
function hashes(n: number): string[] {
  const rng = createRng(2, "hashes");
  const centres = Array.from({ length: 12 }, () => Array.from({ length: 64 }, () => rng.int(16)));
  return Array.from({ length: n }, () => {
    const digits = [...rng.pick(centres)];
    for (let i = rng.int(6); i > 0; i--) {
      const at = rng.int(16);
      digits[at] = (digits[at] as number) ^ (1 << rng.int(4));
    }
    for (let i = rng.int(3); i > 0; i--) digits[16 + rng.int(48)] = rng.int(16);
    return hex(digits);
  });
}

describe("groups of near-duplicates", () => {
  it("are what comparing with every leader gives", () => {
    const all = hashes(400);
    const leaders: number[] = [];
    const expected = all.map((hash, i) => {
      const leader = leaders.find((l) => looksTheSame(all[l] as string, hash));
      if (leader === undefined) leaders.push(i);
      return leader ?? i;
    });
    const contents = all.map((_, i) => `content ${i}`);
    expect([...groupNearDuplicates(contents, all)]).toEqual(expected);
    expect(leaders.length).toBeGreaterThan(12);
    expect(leaders.length).toBeLessThan(300);
  });

  it("fold equal contents, and samples without a hash by content only", () => {
    const shas = ["0000000a", "0000000b", "0000000a", "0000000c"];
    const corpus = corpusOf(shas, 4, [null, null, null, null]);
    expect([...corpus.first]).toEqual([0, 1, 0, 3]);
    expect([...corpus.folded]).toEqual([1, 0, 0, 0]);
    expect([...corpus.key]).toEqual([10, 11, 10, 12]);
  });
});

/** A bright disc on a coloured ground. */
function disc(x: number, y: number, size: number, ground: [number, number, number]): RgbImage {
  const data = new Uint8Array(size * size * 3);
  for (let r = 0; r < size; r++) {
    for (let c = 0; c < size; c++) {
      const inside = Math.hypot(c / size - x, r / size - y) < 0.2;
      data.set(inside ? [250, 220, 40] : ground, 3 * (r * size + c));
    }
  }
  return { width: size, height: size, data };
}

describe("perceptual hash", () => {
  it("agrees for another size and encoding, and tells places and colours apart", async () => {
    const original = disc(0.4, 0.5, 112, [30, 60, 160]);
    const hash = await perceptualHash(original);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const smaller = await decodeImage(await encodeWebp(await resizeImage(original, 80, 80), { quality: 60 }));
    expect(looksTheSame(await perceptualHash(smaller), hash)).toBe(true);
    expect(looksTheSame(await perceptualHash(disc(0.7, 0.3, 112, [30, 60, 160])), hash)).toBe(false);
    expect(looksTheSame(await perceptualHash(disc(0.4, 0.5, 112, [160, 60, 30])), hash)).toBe(false);
  });
});
