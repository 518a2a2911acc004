import { defineRoute } from "@/lib/api/define-route";
import { findFeature } from "@/lib/features/batch/data";
import { deleteItem, putItem } from "@/lib/lists/mutations";
import { deleteItemContract, putItemContract } from "@/lib/lists/schema";

export const dynamic = "force-dynamic";

export const PUT = defineRoute(putItemContract, async ({ params, body }) =>
  putItem(params.id, await findFeature(params.model, params.sae, params.index), body),
);

export const DELETE = defineRoute(deleteItemContract, async ({ params }) =>
  deleteItem(params.id, await findFeature(params.model, params.sae, params.index)),
);
