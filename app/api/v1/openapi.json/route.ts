import { defineRoute } from "@/lib/api/define-route";
import { openapiContract } from "@/lib/service/schema";
import document from "@/public/openapi.json";

export const dynamic = "force-dynamic";

export const GET = defineRoute(openapiContract, () => document);
