import type { BandId } from "./schema";

export type { BandId, Exemplar, Exemplars } from "./schema";

/** Bands from strong to silent; the schema's list without zod. */
export const BANDS: readonly BandId[] = ["top", "b5", "b4", "b3", "b2", "b1", "miss"];
