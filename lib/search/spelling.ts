/**
 * Least number of letters to insert, remove, replace, or swap with their neighbour to turn one word into the other
 * (Damerau-Levenshtein distance, optimal string alignment), or `most + 1` when there are more.
 */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) d = Math.min(d, (before[j - 2] as number) + 1);
      row.push(d);
    }
    before = last;
    last = row;
  }
  return Math.min(last[b.length] as number, most + 1);
}

/** How many slips a word may have: none in very short ones, which agree with too much by chance. */
export function slipsAllowed(word: string): number {
  return word.length <= 3 ? 0 : word.length <= 6 ? 1 : 2;
}
