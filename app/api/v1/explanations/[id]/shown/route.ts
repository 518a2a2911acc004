import { defineRoute } from "@/lib/api/define-route";
import { getShown } from "@/lib/features/data";
import { shownContract } from "@/lib/features/explanations/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(shownContract, ({ params }) => getShown(params.id));
