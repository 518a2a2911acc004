import { defineRoute } from "@/lib/api/define-route";
import { putItem, removeItem } from "@/lib/lists/mutations";
import { putItemContract, removeItemContract } from "@/lib/lists/schema";

export const dynamic = "force-dynamic";

const refOf = ({ model, sae, index }: { model: string; sae: string; index: number }) => `${model}/${sae}/${index}`;

export const PUT = defineRoute(putItemContract, ({ params, body }) => putItem(params.id, refOf(params), body));

export const DELETE = defineRoute(removeItemContract, ({ params }) => removeItem(params.id, refOf(params)));
