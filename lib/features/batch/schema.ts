import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { featureRowSchema } from "../list/schema";

/** `<model>/<sae>/<index>`. */
export const refSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}\/[a-z0-9][a-z0-9._-]{0,63}\/(0|[1-9]\d{0,8})$/,
    "Name a feature as model/sae/index.",
  );

export const batchContract = contract({
  method: "POST",
  path: "/features/batch",
  summary: "Rows of up to 256 features of any SAEs, in the order asked for; null where there is none",
  tag: "features",
  scope: "read",
  body: z.object({ refs: z.array(refSchema).min(1).max(256) }),
  response: z.object({ items: z.array(featureRowSchema.nullable()) }),
});
