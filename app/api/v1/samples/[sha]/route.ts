import { defineRoute } from "@/lib/api/define-route";
import { getSample } from "@/lib/samples/data";
import { getSampleContract } from "@/lib/samples/schema";

export const GET = defineRoute(getSampleContract, ({ params, query }) => getSample(params.sha, query.model));
