import { defineRoute } from "@/lib/api/define-route";
import { getService } from "@/lib/service/data";
import { serviceContract } from "@/lib/service/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(serviceContract, () => getService());
