import { readBody } from "@/lib/api/define-route";
import { frameStream } from "@/lib/api/event-stream";
import { openaiError, openaiRoute } from "@/lib/api/openai-route";
import { answerChunks, wholeAnswer } from "@/lib/chat/follow";
import { startChat } from "@/lib/chat/mutations";
import { completionRequestSchema } from "@/lib/chat/schema";
import { refuseUnsupported } from "@/lib/chat/unsupported";
import { toProblem } from "@/lib/core/problem";

export const dynamic = "force-dynamic";

/** Room for an image of 10 MB in base64. */
const BODY_LIMIT = 16 * 1024 * 1024;

/** The OpenAI-compatible door to the loaded models. */
export const POST = openaiRoute("compute", async (request) => {
  const body = completionRequestSchema.parse(await readBody(request, BODY_LIMIT));
  refuseUnsupported(body);
  const head = await startChat(body, request.headers.get("host") ?? new URL(request.url).host);
  if (!body.stream) {
    const answer = await wholeAnswer(head, body, request.signal);
    return Response.json(answer, { headers: { "cache-control": "no-store" } });
  }
  return frameStream(request, async (signal) => frames(answerChunks(head, body, signal)));
});

async function* frames(chunks: AsyncIterable<object>): AsyncGenerator<string> {
  try {
    for await (const chunk of chunks) yield `data: ${JSON.stringify(chunk)}\n\n`;
    yield "data: [DONE]\n\n";
  } catch (error) {
    yield `data: ${JSON.stringify(openaiError(toProblem(error)))}\n\n`;
  }
}
