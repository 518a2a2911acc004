import { createRng } from "@/lib/core/rng";

const TRIES = 24;

/**
 * The letters of a word in another order, the same every time: the one of several random orders in which most letters
 * change their place. Spaces stay where they are.
 * @returns null when there is no other order ("a", "oo").
 */
export function scramble(word: string): string | null {
  const letters = [...word];
  const free = letters.flatMap((letter, i) => (/\s/.test(letter) ? [] : [i]));
  const rng = createRng(0, "scramble", word);
  let best: { text: string; moved: number } | null = null;
  for (let t = 0; t < TRIES; t++) {
    const order = rng.shuffle([...free]);
    const next = [...letters];
    free.forEach((to, i) => {
      next[to] = letters[order[i] as number] as string;
    });
    const moved = next.reduce((sum, letter, i) => sum + (letter === letters[i] ? 0 : 1), 0);
    if (moved > (best?.moved ?? 0)) best = { text: next.join(""), moved };
  }
  return best?.text ?? null;
}
