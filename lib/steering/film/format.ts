import { signed } from "../format";
import type { SteerFrame, SteerResult } from "../schema";

/** What a film strip shows at one dose. */
export interface FilmPoint {
  dose: number;
  effect: number | null;
  /** Smallest and largest effect of the random directions at this dose. */
  random: [lo: number, hi: number] | null;
  /** Mean KL to the plain answers on control prompts, nats. */
  kl: number | null;
  klRandom: [lo: number, hi: number] | null;
  changed: number | null;
  normShare: number;
}

/** The dose in the name of a lane: "dose:+2" is 2; undefined for lanes of other kinds. */
export function doseOf(lane: string): number | undefined {
  const found = /^dose:([+-]?[\d.]+)$/.exec(lane.replace("−", "-"));
  return found ? Number(found[1]) + 0 : undefined;
}

const rangeOf = (values: readonly number[]): [number, number] | null =>
  values.length === 0 ? null : [Math.min(...values), Math.max(...values)];

const known = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((x): x is number => typeof x === "number");

/** Frames as points, by rising dose. At dose 0 nothing is added, so the random directions have no effect there. */
export function filmPoints(frames: readonly SteerFrame[]): FilmPoint[] {
  const doses = frames.filter((f) => f.control === null && f.dose !== null && f.lane.startsWith("dose:"));
  return doses
    .map((frame): FilmPoint => {
      const dose = (frame.dose as number) + 0;
      const random = frames.filter((f) => f.control === "random" && f.dose === frame.dose);
      const measured = frames.some((f) => f.control === "random");
      const nothing: [number, number] | null = dose === 0 && measured ? [0, 0] : null;
      return {
        dose,
        effect: frame.effect,
        random: rangeOf(known(random.map((f) => f.effect))) ?? nothing,
        kl: frame.offTarget?.kl ?? null,
        klRandom: rangeOf(known(random.map((f) => f.offTarget?.kl))) ?? (frame.offTarget ? nothing : null),
        changed: frame.offTarget?.changed ?? null,
        normShare: frame.normShare,
      };
    })
    .sort((a, b) => a.dose - b.dose);
}

/** The verdict of a film strip in one sentence. */
export function specificWords({ from, to }: SteerResult["specific"]): string {
  if (from === null || to === null) {
    return "Not specific: at every dose, random directions of the same length do as much.";
  }
  const range = from === to ? `at ${signed(from)}` : `from ${signed(from)} to ${signed(to)}`;
  return `Specific ${range}: there the effect lies outside that of every random direction of the same length.`;
}
