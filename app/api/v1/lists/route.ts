import { defineRoute } from "@/lib/api/define-route";
import { listLists } from "@/lib/lists/data";
import { createList } from "@/lib/lists/mutations";
import { createListContract, listListsContract } from "@/lib/lists/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(listListsContract, ({ query }) => listLists(query));

export const POST = defineRoute(createListContract, ({ body }) => createList(body));
