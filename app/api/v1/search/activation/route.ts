import { defineRoute } from "@/lib/api/define-route";
import { searchByActivation } from "@/lib/inspect/firing/mutations";
import { searchActivationContract } from "@/lib/inspect/firing/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(searchActivationContract, ({ body }) => searchByActivation(body));
