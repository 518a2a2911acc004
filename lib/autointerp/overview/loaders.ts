import "server-only";
import { cache } from "react";
import { getExplainOverview } from "./data";

export const loadExplainOverview = cache((model: string, sae: string) => getExplainOverview(model, sae));
