export type { BlindOutcome, BlindTest } from "./schema";
