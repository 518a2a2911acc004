import { openaiRoute } from "@/lib/api/openai-route";
import { readChatModel } from "@/lib/chat/data";

export const dynamic = "force-dynamic";

export const GET = openaiRoute<{ model: string }>("read", async (_, { model }) =>
  Response.json(await readChatModel(model)),
);
