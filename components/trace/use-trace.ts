"use client";
import { type DeskState, requestOf } from "@/lib/trace/desk/format";
import type { TraceResult } from "@/lib/trace/schema";
import { postRun, useDeskRun } from "../lab/use-desk-run";

const send = (state: DeskState) => postRun("/api/v1/trace", requestOf(state));

/** Starts traces and keeps the last result until the next one is there. */
export const useTrace = () => useDeskRun<DeskState, TraceResult>(send, "The trace failed.");
