/** What was looked for in the answers to one prompt: in the plain one, and in each steered one. */
export interface Judged {
  plain: boolean;
  lanes: readonly boolean[];
}

/** Prompts whose plain answer does not have it and whose answer in a lane does. */
export function hitsIn(list: readonly Judged[], lane: number): number {
  return list.filter(({ plain, lanes }) => !plain && lanes[lane]).length;
}

export interface LaneTrial {
  /** The lane with most hits on the first half of the prompts; of equal ones the first. */
  lane: number;
  /** Its hits on the second half, on which nothing was chosen, and the prompts there whose plain answer does not have it. */
  hits: number;
  of: number;
}

/** Chooses among lanes on one half of the prompts and states the hits on the other. */
export function tryLanes(list: readonly Judged[], lanes: readonly number[]): LaneTrial {
  const half = Math.ceil(list.length / 2);
  const [choose, state] = [list.slice(0, half), list.slice(half)];
  const lane = lanes.reduce((best, one) => (hitsIn(choose, one) > hitsIn(choose, best) ? one : best));
  return { lane, hits: hitsIn(state, lane), of: state.filter(({ plain }) => !plain).length };
}
