import { defineRoute } from "@/lib/api/define-route";
import { cancelRun } from "@/lib/runs/mutations";
import { cancelRunContract } from "@/lib/runs/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(cancelRunContract, ({ params }) => cancelRun(params.id));
