const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2000;

export interface StreamedEvent {
  seq: number;
  type: string;
  data: unknown;
}

/** A `text/event-stream` answer with numbered events; see `frameStream`. */
export function eventStream(
  request: Request,
  open: (signal: AbortSignal) => Promise<AsyncIterable<StreamedEvent>>,
): Promise<Response> {
  return frameStream(request, async (signal) => framesOf(await open(signal)));
}

async function* framesOf(events: AsyncIterable<StreamedEvent>): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`;
  for await (const { seq, type, data } of events) {
    yield `id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

/**
 * A `text/event-stream` answer (HTML standard, section 9.2) that ends with `frames`, with a comment line now and then so
 * that nobody takes it for dead. `open` gets a signal that aborts when the reader goes away.
 */
export async function frameStream(
  request: Request,
  open: (signal: AbortSignal) => Promise<AsyncIterable<string>>,
): Promise<Response> {
  const controller = new AbortController();
  request.signal.addEventListener("abort", () => controller.abort(), { once: true });
  const frames = await open(controller.signal);
  const encoder = new TextEncoder();
  let heartbeat: NodeJS.Timeout | undefined;
  const stream = new ReadableStream<Uint8Array>({
    async start(out) {
      const send = (text: string) => {
        if (!controller.signal.aborted) out.enqueue(encoder.encode(text));
      };
      heartbeat = setInterval(() => send(": still here\n\n"), HEARTBEAT_MS);
      // Not awaited: start() must return before the first chunk can be read.
      void pump(frames, send)
        .catch(() => {})
        .finally(() => {
          clearInterval(heartbeat);
          if (!controller.signal.aborted) out.close();
        });
    },
    cancel() {
      clearInterval(heartbeat);
      controller.abort();
    },
  });
  return new Response(stream, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      // Proxies must not collect events before passing them on.
      "x-accel-buffering": "no",
      "access-control-allow-origin": "*",
    },
  });
}

async function pump(frames: AsyncIterable<string>, send: (text: string) => void): Promise<void> {
  for await (const frame of frames) send(frame);
}
