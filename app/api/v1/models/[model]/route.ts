import { defineRoute } from "@/lib/api/define-route";
import { getModel } from "@/lib/saes/data";
import { getModelContract } from "@/lib/saes/schema";

export const GET = defineRoute(getModelContract, ({ params }) => getModel(params.model));
