import { Logger } from "graphile-worker";
import { createLog } from "@/lib/core/log";

const log = createLog("queue");

/** The queue's own messages: only what went wrong. Runs have their own lines. */
export const quietLogger = new Logger(() => (level, message) => {
  if (level === "error") log.error("queue", { message });
  if (level === "warning") log.warn("queue", { message });
});
