import type { SiteEdit } from "@/lib/model/types";
import { reconstruct } from "@/lib/sae/reconstruct";
import { type SteerStep, steer } from "@/lib/sae/steer";
import type { CONTROLS, SteerParams } from "./schema";
import { metered, NormMeter, randomised } from "./wrap";

/** Steps of one site. */
export interface SiteSteps {
  site: string;
  steps: readonly SteerStep[];
}

/** One answer of a steering run and how it is made. */
export interface Lane {
  lane: string;
  dose: number | null;
  control: (typeof CONTROLS)[number] | null;
  seed: number | null;
  edits: SiteEdit[];
  meter: NormMeter;
}

/**
 * A step at a multiple of its strength. What has no strength of its own (scale, ablate) is done by that share; at dose 0
 * nothing is done at all, so that it equals the plain answer.
 */
export function atDose(step: SteerStep, dose: number): SteerStep {
  if (step.method === "ablate") return { ...step, method: "scale", strength: 1 - dose };
  if (step.method === "scale") return { ...step, strength: 1 + (step.strength - 1) * dose };
  return { ...step, strength: step.strength * dose };
}

/** `+2`, `-1`, `0`. */
const signed = (dose: number) => (dose > 0 ? `+${dose}` : `${dose}`);

/**
 * Every answer of a run, in the order in which they are wanted: plain and steered, doses from the middle outwards, controls.
 * @param others steps with another feature in each place, for the control of that name.
 */
export function lanesOf(
  sites: readonly SiteSteps[],
  others: readonly SiteSteps[],
  { doses, controls, controlSeeds }: Pick<SteerParams, "doses" | "controls" | "controlSeeds">,
): Lane[] {
  const outwards = [...new Set(doses)].sort((a, b) => Math.abs(a) - Math.abs(b) || b - a);
  const compared = outwards.filter((dose) => dose !== 0);
  const strengths = compared.length > 0 ? compared : [1];
  const edits = (list: readonly SiteSteps[], dose: number) =>
    dose === 0
      ? []
      : list.map(({ site, steps }) =>
          steer(
            site,
            steps.map((step) => atDose(step, dose)),
          ),
        );
  const lanes: Omit<Lane, "meter">[] = [
    { lane: "baseline", dose: 0, control: null, seed: null, edits: [] },
    { lane: "steered", dose: 1, control: null, seed: null, edits: edits(sites, 1) },
    ...outwards.map((dose) => ({
      ...{ lane: `dose:${signed(dose)}`, dose, control: null, seed: null, edits: edits(sites, dose) },
    })),
  ];
  if (controls.includes("sae")) {
    const plain = sites.flatMap(({ site, steps }) =>
      [...new Set(steps.map(({ sae }) => sae))].map((sae) => reconstruct(site, sae)),
    );
    lanes.push({ lane: "sae", dose: null, control: "sae", seed: null, edits: plain });
  }
  if (controls.includes("random")) {
    for (let seed = 0; seed < controlSeeds; seed++) {
      for (const dose of strengths) {
        const random = edits(sites, dose).map((edit) => randomised(edit, seed, dose < 0 ? -1 : 1));
        lanes.push({ lane: `random:${signed(dose)}#${seed}`, dose, control: "random", seed, edits: random });
      }
    }
  }
  if (controls.includes("feature")) {
    for (const dose of strengths) {
      lanes.push({ lane: `feature:${signed(dose)}#0`, dose, control: "feature", seed: 0, edits: edits(others, dose) });
    }
  }
  return lanes.map((lane) => {
    const meter = new NormMeter();
    return { ...lane, meter, edits: lane.edits.map((edit) => metered(edit, meter)) };
  });
}

/**
 * Doses on either side of 0 whose effects lie outside of all random controls of that dose, as far as that goes without a
 * gap: `to` upwards, `from` downwards; null where not even the first does, or there are no controls.
 */
export function specificRange(
  frames: readonly { dose: number | null; control: string | null; effect: number | null; lane: string }[],
): { from: number | null; to: number | null } {
  const outside = (dose: number): boolean => {
    const own = frames.find((frame) => frame.control === null && frame.lane.startsWith("dose:") && frame.dose === dose);
    const random = frames.flatMap((frame) =>
      frame.control === "random" && frame.dose === dose && frame.effect !== null ? [frame.effect] : [],
    );
    if (own?.effect == null || random.length === 0) return false;
    return own.effect < Math.min(...random) || own.effect > Math.max(...random);
  };
  const furthest = (side: 1 | -1): number | null => {
    const doses = [...new Set(frames.flatMap(({ dose, control }) => (control === null && dose ? [dose] : [])))]
      .filter((dose) => Math.sign(dose) === side && frames.some(({ lane }) => lane === `dose:${signed(dose)}`))
      .sort((a, b) => Math.abs(a) - Math.abs(b));
    const end = doses.findIndex((dose) => !outside(dose));
    return doses[(end < 0 ? doses.length : end) - 1] ?? null;
  };
  return { from: furthest(-1), to: furthest(1) };
}
