import { defineRoute } from "@/lib/api/define-route";
import { versionsAllowed } from "@/lib/api/if-match";
import { getList } from "@/lib/lists/data";
import { changeList, deleteList } from "@/lib/lists/mutations";
import { changeListContract, deleteListContract, getListContract } from "@/lib/lists/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(getListContract, ({ params }) => getList(params.id));

export const PATCH = defineRoute(changeListContract, ({ params, body, request }) =>
  changeList(params.id, body, versionsAllowed(request)),
);

export const DELETE = defineRoute(deleteListContract, ({ params, request }) =>
  deleteList(params.id, versionsAllowed(request)),
);
