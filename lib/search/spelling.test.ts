import { expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { editDistance, slipsAllowed } from "./spelling";

/** All words within one edit, by making each edit. */
function neighbours(word: string, letters: string): Set<string> {
  const out = new Set([word]);
  for (let i = 0; i <= word.length; i++) {
    for (const c of letters) {
      out.add(word.slice(0, i) + c + word.slice(i));
      if (i < word.length) out.add(word.slice(0, i) + c + word.slice(i + 1));
    }
    if (i < word.length) out.add(word.slice(0, i) + word.slice(i + 1));
    if (i + 1 < word.length) out.add(word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2));
  }
  return out;
}

it("is one exactly for words that one slip makes", () => {
  const rng = createRng(3, "spelling");
  const word = () => Array.from({ length: rng.int(5) }, () => rng.pick([..."abc"])).join("");
  for (let n = 0; n < 300; n++) {
    const [a, b] = [word(), word()];
    expect(editDistance(a, b, 2) <= 1).toBe(neighbours(a, "abc").has(b));
  }
});

it("counts swaps once and stops at the limit", () => {
  expect(editDistance("frise", "fries", 2)).toBe(1);
  expect(editDistance("tabel", "table", 2)).toBe(1);
  expect(editDistance("kitten", "sitting", 3)).toBe(3);
  expect(editDistance("kitten", "sitting", 1)).toBe(2);
  expect(["cat", "fries", "elephant"].map(slipsAllowed)).toEqual([0, 1, 2]);
});
