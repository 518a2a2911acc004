import { defineRoute } from "@/lib/api/define-route";
import { getLineage } from "@/lib/features/relations/other-saes/data";
import { lineageContract } from "@/lib/features/relations/schema";

export const GET = defineRoute(lineageContract, ({ params }) => getLineage(params.model, params.sae, params.index));
