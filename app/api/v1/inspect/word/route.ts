import { acceptRun } from "@/lib/api/accept-run";
import { defineRoute } from "@/lib/api/define-route";
import { startWord } from "@/lib/inspect/word/mutations";
import { wordContract } from "@/lib/inspect/word/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(wordContract, async ({ body, request }) => acceptRun(request, await startWord(body)));
