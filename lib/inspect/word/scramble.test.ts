import fc from "fast-check";
import { expect, it } from "vitest";
import { scramble } from "./scramble";

it("keeps the letters, changes their order, and leaves spaces in place", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-e ]{1,12}$/), (word) => {
      const other = scramble(word);
      expect(scramble(word)).toBe(other);
      const letters = [...word].filter((c) => c !== " ");
      if (new Set(letters).size < 2) {
        expect(other).toBeNull();
        return;
      }
      expect(other).not.toBe(word);
      expect([...(other as string)].sort()).toEqual([...word].sort());
      [...word].forEach((c, i) => {
        expect((other as string)[i] === " ").toBe(c === " ");
      });
    }),
  );
});
