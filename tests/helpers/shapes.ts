import fc from "fast-check";

/** Two shapes that broadcast to one: some sizes of either become 1, and some leading axes of one are left out. */
export const twoShapes = fc
  .record({
    dims: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    ones: fc.array(fc.constantFrom("a", "b", ""), { minLength: 3, maxLength: 3 }),
    short: fc.nat(2),
    swap: fc.boolean(),
  })
  .map(({ dims, ones, short, swap }): [number[], number[]] => {
    const a = dims.map((dim, i) => (ones[i] === "a" ? 1 : dim));
    const b = dims.map((dim, i) => (ones[i] === "b" ? 1 : dim)).slice(short);
    return swap ? [b, a] : [a, b];
  });
