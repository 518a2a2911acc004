import { defineRoute } from "@/lib/api/define-route";
import { comparePairs } from "@/lib/compare/data";
import { compareContract } from "@/lib/compare/schema";

export const GET = defineRoute(compareContract, async ({ query }) => ({
  items: await comparePairs([...new Set(query.f)]),
  nextCursor: null,
}));
