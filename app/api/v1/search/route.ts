import { defineRoute } from "@/lib/api/define-route";
import { searchFeatures } from "@/lib/search/data";
import { searchContract } from "@/lib/search/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(searchContract, ({ query }) => searchFeatures(query));
