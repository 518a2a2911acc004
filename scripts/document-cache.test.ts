import { createServer, get, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DocumentCache } from "./document-cache.mjs";

let now = 0;
let rendered = 0;
let status = 200;
let during = () => {};
let server: Server;
let cache: DocumentCache;

beforeEach(async () => {
  rendered = 0;
  status = 200;
  during = () => {};
  cache = new DocumentCache({ mostBytes: 40, keepMs: 1000, now: () => now });
  cache.listen(true);
  server = createServer((request, response) =>
    cache.serve(request, response, () => {
      rendered++;
      response.statusCode = status;
      response.setHeader("content-type", "text/html").setHeader("x-own", "kept");
      response.write("page ");
      during();
      response.end(Buffer.from(String(rendered)));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => void server.close());

interface Answer {
  status: number | undefined;
  text: string;
  headers: IncomingHttpHeaders;
}

function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    get({ port, path, headers: { "accept-encoding": "gzip", ...headers } }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, text, headers: response.headers }));
    }).on("error", reject);
  });
}

it("renders a feature's page once and sends the same bytes and headers again", async () => {
  expect((await ask("/m/s/1?band=b4")).text).toBe("page 1");
  const again = await ask("/m/s/1?band=b4");
  expect(again).toMatchObject({
    status: 200,
    text: "page 1",
    headers: { "content-type": "text/html", "x-own": "kept" },
  });
  expect((await ask("/m/s/1")).text).toBe("page 2");
  const etag = again.headers.etag as string;
  expect(await ask("/m/s/1?band=b4", { "if-none-match": etag })).toMatchObject({ status: 304, text: "" });
  expect(rendered).toBe(2);
});

it("renders anew after a change, after its time, and while changes are not heard of", async () => {
  await ask("/m/s/1");
  cache.listen(true);
  expect((await ask("/m/s/1")).text).toBe("page 2");
  now += 2000;
  expect((await ask("/m/s/1")).text).toBe("page 3");
  cache.listen(false);
  expect((await ask("/m/s/1")).text).toBe("page 4");
  expect((await ask("/m/s/1")).text).toBe("page 5");
});

it("does not keep what was being rendered when something changed", async () => {
  during = () => cache.listen(true);
  await ask("/m/s/1");
  during = () => {};
  expect((await ask("/m/s/1")).text).toBe("page 2");
});

it("keeps no failures, no other pages, and nothing that the router fetches", async () => {
  status = 500;
  await ask("/m/s/1");
  status = 200;
  expect((await ask("/m/s/1")).text).toBe("page 2");
  for (const [path, headers] of [
    ["/m/s", {}],
    ["/runs", {}],
    ["/m/s/1", { rsc: "1" }],
    ["/m/s/1?_rsc=x", {}],
  ] as const) {
    const before = rendered;
    await ask(path, headers);
    await ask(path, headers);
    expect(rendered).toBe(before + 2);
  }
});

it("keeps one document for each compression that clients take", async () => {
  const answers: string[] = [];
  for (const encoding of ["gzip", "identity", "gzip, br", "br", "gzip;q=0", "gzip"]) {
    answers.push((await ask("/m/s/1", { "accept-encoding": encoding })).text);
  }
  expect(answers).toEqual(["page 1", "page 2", "page 3", "page 3", "page 2", "page 1"]);
});

it("forgets what was not asked for longest when it is full", async () => {
  for (let i = 1; i <= 6; i++) await ask(`/m/s/${i}`); // 6 bytes each
  await ask("/m/s/1");
  await ask("/m/s/7");
  expect((await ask("/m/s/1")).text).toBe("page 1");
  expect((await ask("/m/s/2")).text).toBe("page 8");
});
