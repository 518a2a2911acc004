import "server-only";
import { cache } from "react";
import { orNotFound } from "@/lib/core/page";
import { getModel, getSae, listCompared, listModels, listSaeRefs } from "./data";

export const loadModels = cache(() => listModels());
export const loadModel = cache((slug: string) => orNotFound(getModel(slug)));
export const loadSae = cache((model: string, sae: string) => orNotFound(getSae(model, sae)));
export const loadSaeRefs = cache((model: string) => listSaeRefs(model));
export const loadCompared = cache(() => listCompared());
