import { findKnown } from "./data";
import { closeCall, openCall } from "./mutations";
import type { Ledger } from "./types";

/** The ledger of a run, in table `explainer_calls`. */
export const runLedger = (runId: string): Ledger => ({
  find: (keys) => findKnown(runId, keys),
  open: (key) => openCall(runId, key),
  close: (key, attempt, end) => closeCall(runId, key, attempt, end),
});
