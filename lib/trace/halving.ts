/**
 * Finds the few of many things that matter by taking halves away (for graphs without gradients): a set whose removal does
 * nothing is dropped, another is split, until single things remain. Sets of one depth are measured together. Signs that
 * cancel can hide a pair, so things of one sign should stand side by side.
 * @param effects of removing each of several sets.
 * @param tau effects below this count as nothing.
 * @param budget most sets that are measured.
 * @returns what was found with its effect, and whether the budget sufficed.
 */
export async function halve<T>(
  groups: readonly (readonly T[])[],
  effects: (sets: readonly (readonly T[])[]) => Promise<number[]>,
  { tau, budget }: { tau: number; budget: number },
): Promise<{ found: { item: T; effect: number }[]; whole: boolean; measured: number }> {
  const found: { item: T; effect: number }[] = [];
  let open = groups.filter((group) => group.length > 0);
  let measured = 0;
  while (open.length > 0) {
    const sets = open.slice(0, budget - measured);
    if (sets.length === 0) return { found, whole: false, measured };
    const values = await effects(sets);
    measured += sets.length;
    const skipped = open.slice(sets.length);
    open = [];
    for (const [i, set] of sets.entries()) {
      if (Math.abs(values[i]!) < tau) continue;
      if (set.length === 1) found.push({ item: set[0]!, effect: values[i]! });
      else open.push(set.slice(0, set.length >> 1), set.slice(set.length >> 1));
    }
    if (skipped.length > 0) return { found, whole: false, measured };
  }
  return { found, whole: true, measured };
}
