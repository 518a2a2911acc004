import { defineRoute } from "@/lib/api/define-route";
import { getHealth } from "@/lib/service/data";
import { healthContract } from "@/lib/service/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(healthContract, () => getHealth());
