import type { Rng } from "@/lib/core/rng";

/** A held-out image that fires, with the band its peak lies in. */
export interface Firing {
  sample: number;
  band: string;
}

/** Held-out images of one feature: those that fire, and two sorts of silent ones. */
export interface Candidates {
  firing: readonly Firing[];
  hard: readonly number[];
  random: readonly number[];
}

export interface Pair {
  firing: number;
  band: string;
  silent: number;
  role: "hard" | "random";
  /** Where the one that fires stands: 0 first, 1 second. */
  fires: 0 | 1;
}

/**
 * A pair that this person has not judged, null when there is none. The silent one is a near miss half of the time, as far
 * as both sorts last; every pair of the drawn sort is equally likely.
 * @param judged pairs as "<firing>.<silent>".
 */
export function choosePair({ firing, hard, random }: Candidates, judged: ReadonlySet<string>, rng: Rng): Pair | null {
  const pairs = (role: Pair["role"], silent: readonly number[]) =>
    firing.flatMap(({ sample, band }) =>
      silent
        .filter((other) => other !== sample && !judged.has(`${sample}.${other}`))
        .map((other) => ({ firing: sample, band, silent: other, role })),
    );
  const [near, any] = [pairs("hard", hard), pairs("random", random)];
  const first = rng.int(2) === 0 ? near : any;
  const from = first.length > 0 ? first : first === near ? any : near;
  if (from.length === 0) return null;
  return { ...rng.pick(from), fires: rng.int(2) as 0 | 1 };
}
