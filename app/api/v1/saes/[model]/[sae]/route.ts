import { defineRoute } from "@/lib/api/define-route";
import { getSae } from "@/lib/saes/data";
import { getSaeContract } from "@/lib/saes/schema";

export const GET = defineRoute(getSaeContract, ({ params }) => getSae(params.model, params.sae));
