import { z } from "zod";
import { defineRoute } from "@/lib/api/define-route";
import { jobs } from "@/lib/runs/kinds";
import { listRunKindsContract } from "@/lib/runs/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(listRunKindsContract, () => ({
  items: jobs.map(({ name, summary, lane, schema }) => ({
    kind: name,
    summary,
    lane,
    params: z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }),
  })),
}));
