import { defineRoute } from "@/lib/api/define-route";
import { getRun } from "@/lib/runs/data";
import { getRunContract } from "@/lib/runs/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(getRunContract, ({ params }) => getRun(params.id));
