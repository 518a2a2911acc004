/** Ways of turning a feature; what each adds is said at `steer`. */
export const STEER_METHODS = ["add", "clamp", "scale", "ablate", "floor", "cap", "subspace", "threshold"] as const;
export type SteerMethod = (typeof STEER_METHODS)[number];
