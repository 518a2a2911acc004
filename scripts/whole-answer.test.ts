import {
  createServer,
  get,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sendWhole } from "./whole-answer.mjs";

const LONG = "a feature of fries ".repeat(200);
/** The framework's own compressor, which stands between it and us. */
const compress: (request: IncomingMessage, response: ServerResponse, next: () => void) => void = createRequire(
  import.meta.url,
)("next/dist/compiled/compression")();
let server: Server;
let answer: (response: ServerResponse) => void;
let seen: IncomingHttpHeaders;
let sent: Buffer[];

beforeEach(async () => {
  sent = [];
  server = createServer((request, response) =>
    sendWhole(
      request,
      response,
      () => {
        seen = { ...request.headers };
        compress(request, response, () => answer(response));
      },
      (body) => sent.push(body),
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => void server.close());

interface Answer {
  status: number | undefined;
  parts: Buffer[];
  body: Buffer;
  headers: IncomingHttpHeaders;
}

function ask(path: string, encoding?: string, method = "GET"): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const headers = encoding ? { "accept-encoding": encoding } : {};
  return new Promise((resolve, reject) => {
    get({ port, path, headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (chunk) => parts.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode, parts, body: Buffer.concat(parts), headers: response.headers }),
      );
    }).on("error", reject);
  });
}

const inParts = (type: string) => (response: ServerResponse) => {
  response.setHeader("content-type", type).setHeader("vary", "rsc");
  response.flushHeaders();
  response.write(LONG.slice(0, 100));
  setImmediate(() => {
    response.write(Buffer.from(LONG.slice(100, 2000)));
    response.end(LONG.slice(2000));
  });
};

it("compresses a page once, in one piece, the way its client likes best", async () => {
  answer = inParts("text/html; charset=utf-8");
  const br = await ask("/m/s/1?band=b4", "gzip, deflate, br, zstd");
  expect(br.headers).toMatchObject({
    "content-encoding": "br",
    "content-length": String(br.body.length),
    vary: "rsc, Accept-Encoding",
  });
  expect(brotliDecompressSync(br.body).toString()).toBe(LONG);
  expect(seen["accept-encoding"]).toBeUndefined();
  const gzip = await ask("/", "gzip");
  expect(gunzipSync(gzip.body).toString()).toBe(LONG);
  for (const encoding of [undefined, "identity", "br;q=0"]) {
    const plain = await ask("/", encoding);
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.body.toString()).toBe(LONG);
  }
  expect(sent[0]).toEqual(br.body);
});

it("does so for features and search, and for nothing else below /api", async () => {
  answer = inParts("application/json");
  for (const path of ["/api/v1/features/m/s/1", "/api/v1/search?q=fries"]) {
    expect((await ask(path, "br")).headers["content-encoding"]).toBe("br");
  }
  const others = [
    "/api/v1/export/m/s",
    "/api/v1/runs/x/events",
    "/i/ab.webp",
    "/_next/static/x.js",
    "/icon.svg",
    "/v1/models",
  ];
  for (const path of others) {
    await ask(path, "br");
    expect(seen["accept-encoding"], path).toBe("br");
  }
  expect((await ask("/api/v1/export/m/s", "gzip")).headers).toMatchObject({
    "content-encoding": "gzip",
    "transfer-encoding": "chunked",
  });
  await ask("/", "br", "HEAD");
  expect(seen["accept-encoding"]).toBe("br");
});

it("leaves pictures, short answers and answers without a body as they are", async () => {
  const picture = Buffer.alloc(5000, 7);
  answer = (response) => response.setHeader("content-type", "image/png").end(picture);
  expect((await ask("/card", "br")).body).toEqual(picture);
  answer = (response) => response.setHeader("content-type", "text/html").end("short");
  expect((await ask("/", "br")).body.toString()).toBe("short");
  answer = (response) => {
    response.statusCode = 304;
    response.end();
  };
  expect(await ask("/", "br")).toMatchObject({ status: 304, parts: [] });
});

it("lets an answer stream that says so", async () => {
  let more = () => {};
  answer = (response) => {
    response.setHeader("content-type", "text/event-stream");
    response.write("one");
    more = () => response.end("two");
  };
  const { port } = server.address() as AddressInfo;
  const text = await new Promise<string>((resolve) =>
    get({ port, path: "/" }, (response) => {
      let heard = "";
      response.on("data", (chunk) => {
        heard += `[${chunk}]`;
        if (heard === "[one]") more();
      });
      response.on("end", () => resolve(heard));
    }),
  );
  expect(text).toBe("[one][two]");
});
