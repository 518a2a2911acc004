// A local OpenAI-compatible chat server for tests: answers from the request alone, misbehaves as it is told, and keeps a
// record of every request that can be held against the client's ledger.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createRng } from "../../lib/core/rng";

/** Ways to go wrong, or to answer in an unusual way. */
export const BEHAVIOURS = [
  "429",
  "429-after",
  "500",
  "slow",
  "malformed",
  "html",
  "refusal",
  "truncated",
  "cut",
  "wrong-shape",
  "wrong-answer",
  "choices",
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number] | "ok" | "400" | "401" | "404" | "filter";

export interface Received {
  /** Header x-request-key: `<run>/<key>/<attempt>`. */
  key: string;
  behaviour: Behaviour;
  /** Status that was sent. */
  status: number;
  /** Billed; null where no answer was made. */
  tokens: { prompt: number; completion: number } | null;
  /** What it answered. */
  content: string | null;
  images: number;
  text: string;
  schema: boolean;
  authorization: string | undefined;
  at: number;
}

interface Options {
  /** What to do with the nth request (from 1) for a question; by default always "ok". */
  behave?: (question: string, nth: number) => Behaviour;
  /** Values of fields instead of the usual ones, or the whole answer. @param images as data URLs */
  say?: (question: string, text: string, images: readonly string[]) => Promise<Record<string, unknown> | string>;
  slowMs?: number;
  latencyMs?: number;
  /** False: refuses `response_format`. */
  schema?: boolean;
  /** Refuses questions with more images. */
  mostImages?: number;
  /** Refuses fields of a request by name, in OpenAI's words. */
  refuses?: Record<string, string>;
  model?: string;
  /** Who owns its model in GET /v1/models; no list when absent. */
  ownedBy?: string;
}

export interface ChatServer {
  /** With /v1. */
  url: string;
  received: Received[];
  /** Requests that were under way at once, at most. */
  busiest(): number;
  close(): Promise<void>;
}

/** `share` of the first and later requests go wrong in every way in turn; which ones depends on seed and question alone. */
export function faulty(seed: number, share: number): (question: string, nth: number) => Behaviour {
  return (question, nth) => {
    const rng = createRng(seed, "fault", question, nth);
    return rng.chance(share) ? rng.pick(BEHAVIOURS) : "ok";
  };
}

interface Body {
  model: string;
  messages: {
    content: string | ({ type: "text"; text: string } | { type: "image_url"; image_url: { url: string } })[];
  }[];
  response_format?: { json_schema: { schema: { properties: Record<string, object> } } };
}

/** Starts it on a free port of this machine. */
export async function startChatServer(options: Options = {}): Promise<ChatServer> {
  const { behave = () => "ok", slowMs = 500, latencyMs = 0, model = "test-model" } = options;
  const received: Received[] = [];
  const seen = new Map<string, number>();
  let active = 0;
  let busiest = 0;

  const complete = async (request: IncomingMessage, response: ServerResponse) => {
    const raw: Buffer[] = [];
    for await (const chunk of request) raw.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(raw).toString()) as Body;
    const key = decodeURI(String(request.headers["x-request-key"] ?? ""));
    const question = key.slice(key.indexOf("/") + 1, key.lastIndexOf("/"));
    const nth = (seen.get(question) ?? 0) + 1;
    seen.set(question, nth);
    const { content } = body.messages[0]!;
    const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
    const images = parts.flatMap((part) => (part.type === "image_url" ? [part.image_url.url] : []));
    const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
    const entry: Received = {
      ...{ key, behaviour: "ok", status: 200, tokens: null, content: null, images: images.length, text },
      schema: body.response_format !== undefined,
      authorization: request.headers.authorization,
      at: Date.now(),
    };
    received.push(entry);
    const send = (status: number, payload: string, headers: Record<string, string> = {}) => {
      entry.status = status;
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(payload);
    };
    const wrong = (message: string) => send(400, JSON.stringify({ error: { message, type: "invalid_request_error" } }));
    for (const [field, message] of Object.entries(options.refuses ?? {})) if (field in body) return wrong(message);
    if (entry.schema && options.schema === false) return wrong("response_format of type json_schema is not supported");
    if (images.length > (options.mostImages ?? Number.POSITIVE_INFINITY)) {
      return wrong(`At most ${options.mostImages} image(s) may be provided in one request.`);
    }
    entry.behaviour = behave(question, nth);
    if (latencyMs) await sleep(latencyMs);
    if (entry.behaviour === "slow") await sleep(slowMs);
    const said = (await options.say?.(question, text, images)) ?? {};
    misbehave(entry, response, send, typeof said === "string" ? said : answerTo(body, text, images, said));
  };

  const server = createServer((request, response) => {
    if (request.url === "/v1/models" && options.ownedBy) {
      response.writeHead(200, { "content-type": "application/json" });
      return void response.end(JSON.stringify({ data: [{ id: model, object: "model", owned_by: options.ownedBy }] }));
    }
    if (request.url !== "/v1/chat/completions") return void response.writeHead(404).end("not here");
    busiest = Math.max(busiest, ++active);
    response.once("close", () => active--);
    complete(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received,
    busiest: () => busiest,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function misbehave(
  entry: Received,
  response: ServerResponse,
  send: (status: number, payload: string, headers?: Record<string, string>) => void,
  content: string,
): void {
  const failure = (message: string, code: string | null = null) => JSON.stringify({ error: { message, code } });
  const answer = (text: string | null, more: { refusal?: string; finish?: string; twice?: boolean } = {}) => {
    entry.tokens = {
      prompt: Math.ceil(entry.text.length / 4) + 85 * entry.images,
      completion: Math.ceil((text ?? more.refusal ?? "").length / 4),
    };
    entry.content = text;
    const { refusal = null, finish = "stop", twice } = more;
    const choice = { index: 0, message: { role: "assistant", content: text, refusal }, finish_reason: finish };
    const choices = twice
      ? [choice, { ...choice, index: 1, message: { role: "assistant", content: "another one" } }]
      : [choice];
    const usage = { prompt_tokens: entry.tokens.prompt, completion_tokens: entry.tokens.completion };
    return JSON.stringify({ id: "c", object: "chat.completion", choices, usage });
  };
  switch (entry.behaviour) {
    case "ok":
    case "slow":
      // A client that has hung up is not billed by this server, so that both accounts can be equal.
      if (!response.destroyed) send(200, answer(content));
      break;
    case "choices":
      send(200, answer(content, { twice: true }));
      break;
    case "refusal":
      send(200, answer(null, { refusal: "I cannot describe these images." }));
      break;
    case "filter":
      send(400, failure("The prompt was filtered.", "content_filter"));
      break;
    case "cut":
      send(200, answer(content.slice(0, 8), { finish: "length" }));
      break;
    case "wrong-answer":
      send(200, answer(`Certainly! There is ${content.length} of it.`));
      break;
    case "429":
      send(429, failure("Too many requests."));
      break;
    case "429-after":
      send(429, failure("Too many requests."), { "retry-after": "0.05" });
      break;
    case "500":
      send(500, failure("Out of memory."));
      break;
    case "html":
      send(502, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", {
        "content-type": "text/html",
      });
      break;
    case "malformed":
      send(200, `{"choices":[{"message":{"content":"${content.slice(0, 3)}`);
      break;
    case "wrong-shape":
      send(200, JSON.stringify({ result: content }));
      break;
    case "400":
      send(400, failure("The prompt is too long."));
      break;
    case "401":
      send(401, failure("Incorrect API key provided."));
      break;
    case "404":
      send(404, failure("The model does not exist."));
      break;
    case "truncated": {
      const whole = JSON.stringify({ choices: [{ message: { content } }] });
      entry.status = 200;
      response.writeHead(200, { "content-type": "application/json", "content-length": String(whole.length + 20) });
      response.write(whole.slice(0, whole.length / 2));
      setTimeout(() => response.destroy(), 5);
    }
  }
}

/** An answer with a value for each field that is asked for; the label is a digest of what was shown. */
function answerTo(body: Body, text: string, images: readonly string[], said: Record<string, unknown>): string {
  const digest = createHash("sha256").update(text).update(images.join("\n")).digest("hex").slice(0, 6);
  const values: Record<string, unknown> = {
    ready: true,
    label: `thing ${digest}`,
    sentence: `Fires on things that look like ${digest}.`,
    kind: "object",
    confidence: 0.75,
    label_zh: `东西 ${digest}`,
    numbers: [1],
    ...said,
  };
  const lines = [...text.matchAll(/^([A-Z_]+): </gm)].map((match) => (match[1] as string).toLowerCase());
  const names = body.response_format ? Object.keys(body.response_format.json_schema.schema.properties) : lines;
  const fields = names.map((name) => [name, values[name] ?? "none"] as const);
  if (body.response_format) return JSON.stringify(Object.fromEntries(fields));
  return fields.length > 0
    ? fields.map(([name, value]) => `${name.toUpperCase()}: ${value}`).join("\n")
    : `a thing ${digest}.`;
}
