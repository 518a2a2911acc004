// A few S3 operations over a map in memory, spoken to by the real SDK: put, get, head, delete, list (two keys a page).
import { createServer, type Server } from "node:http";

export async function startTinyS3(): Promise<{ endpoint: string; server: Server }> {
  const objects = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = decodeURIComponent(url.pathname);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const reply = (status: number, body: string | Buffer = "") => response.writeHead(status).end(body);
    if (url.searchParams.get("list-type") === "2") return reply(200, listing(url, [...objects.keys()].sort(), path));
    if (request.method === "PUT") {
      objects.set(path, decodeBody(Buffer.concat(chunks), request.headers["content-encoding"]));
      return reply(200);
    }
    if (request.method === "DELETE") {
      objects.delete(path);
      return reply(204);
    }
    const found = objects.get(path);
    if (found === undefined)
      return reply(404, request.method === "HEAD" ? "" : "<Error><Code>NoSuchKey</Code></Error>");
    return reply(200, request.method === "HEAD" ? "" : found);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`, server };
}

function listing(url: URL, paths: string[], bucketPath: string): string {
  const bucket = `${bucketPath.replace(/\/$/, "")}/`;
  const prefix = url.searchParams.get("prefix") ?? "";
  const after = url.searchParams.get("continuation-token") ?? "";
  const keys = paths.filter((p) => p.startsWith(bucket + prefix)).map((p) => p.slice(bucket.length));
  const rest = keys.filter((key) => key > after);
  const page = rest.slice(0, 2);
  const next = rest.length > 2 ? `<NextContinuationToken>${page[1]}</NextContinuationToken>` : "";
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
  return `<ListBucketResult><IsTruncated>${next !== ""}</IsTruncated>${next}${contents}</ListBucketResult>`;
}

/** Undoes the SDK's `aws-chunked` framing (size line, data, ..., trailers). */
function decodeBody(body: Buffer, encoding: string | undefined): Buffer {
  if (!encoding?.includes("aws-chunked")) return body;
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.toString("latin1", at, lineEnd), 16);
    if (!size) break;
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
