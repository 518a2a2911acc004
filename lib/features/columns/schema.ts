import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { saeParams } from "../schema";

/** Beyond this many features a list is paged by the server. */
export const MOST_INDEXED = 1_000_000;

export const latestColumnsContract = contract({
  method: "GET",
  path: "/saes/{model}/{sae}/columns",
  summary: "Leads (307) to the newest column index of an SAE, which is made at most once a minute",
  tag: "features",
  cache: "none",
  params: saeParams,
  produces: "application/gzip",
  errors: ["NOT_FOUND", "TOO_LARGE"],
});

export const columnsContract = contract({
  method: "GET",
  path: "/saes/{model}/{sae}/columns/{hash}",
  summary:
    "Columns of all features as safetensors in gzip, row = index: F32 `density` `max`; U16 `imageShare` `crossModal` `detection` `localisation` `human` `disagreement` `x` `y` (code / 65534, 65535 = none) `cluster`; U8 `kind` `status` `flags`; code books in its metadata",
  tag: "features",
  cache: "immutable",
  params: saeParams.extend({ hash: z.string().regex(/^[0-9a-f]{16}$/) }),
  produces: "application/gzip",
  errors: ["NOT_FOUND"],
});
