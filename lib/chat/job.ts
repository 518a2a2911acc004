import { chatParamsSchema } from "@/lib/chat/schema";
import { defineJob } from "@/lib/jobs/define";

export const chatJob = defineJob({
  name: "chat",
  summary: "Answers a conversation, steered or not.",
  schema: chatParamsSchema,
  lane: "interactive",
});
