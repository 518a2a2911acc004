import { defineRoute } from "@/lib/api/define-route";
import { eventStream } from "@/lib/api/event-stream";
import { openRunEvents } from "@/lib/runs/data";
import { watchRunContract } from "@/lib/runs/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(watchRunContract, ({ params, query, request }) => {
  const last = Number.parseInt(request.headers.get("last-event-id") ?? "", 10);
  const after = Number.isNaN(last) ? (query.after ?? 0) : last;
  return eventStream(request, (signal) => openRunEvents(params.id, { after, signal }));
});
