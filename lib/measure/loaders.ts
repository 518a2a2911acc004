import "server-only";
import { cache } from "react";
import { findMeasureRun } from "./data";

export const loadMeasureRun = cache((model: string, sae: string) => findMeasureRun(model, sae));
