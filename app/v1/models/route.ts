import { openaiRoute } from "@/lib/api/openai-route";
import { listChatModels } from "@/lib/chat/data";

export const dynamic = "force-dynamic";

export const GET = openaiRoute("read", async () => Response.json({ object: "list", data: await listChatModels() }));
