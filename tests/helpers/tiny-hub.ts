// A model hub over folders' files in memory: model info, tree in pages, resolve; large files come from a second address, as
// on the real one, after a redirect.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface TinyRepository {
  files: Map<string, Buffer>;
  /** Needs the token "secret". */
  gated?: boolean;
  /** Sizes that the hub tells instead of the true ones. */
  announced?: Map<string, number>;
}

export interface TinyHub {
  endpoint: string;
  repositories: Map<string, TinyRepository>;
  /** Requests of file contents: path, Range header, and whether the token came along. */
  fetched: { path: string; range: string | undefined; token: boolean; from: "hub" | "store" }[];
  /** All requests. */
  requests: number;
  /** Called for every file that is sent: may cut it (bytes to send before the connection breaks) or change its bytes. */
  disturb: (path: string) => { cutAfter?: number; bytes?: Buffer; ignoreRange?: boolean } | undefined;
  close(): Promise<void>;
}

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const PAGE = 4;
const digest = (kind: string, ...parts: (Buffer | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(kind)).digest("hex");

export async function startTinyHub(): Promise<TinyHub> {
  const servers: Server[] = [];
  const listen = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  };
  const hub: TinyHub = {
    endpoint: "",
    repositories: new Map(),
    fetched: [],
    requests: 0,
    disturb: () => undefined,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
  const contents = (
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    path: string,
    from: "hub" | "store",
  ) => {
    const { range, authorization } = request.headers;
    hub.fetched.push({ path, range, token: authorization !== undefined, from });
    const { cutAfter, bytes = hub.repositories.get(name)!.files.get(path)!, ignoreRange } = hub.disturb(path) ?? {};
    const start = ignoreRange ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    const rest = bytes.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      "content-length": rest.length,
      ...(start > 0 ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    if (cutAfter === undefined) response.end(rest);
    else response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 30));
  };
  const store = await listen((request, response) => {
    hub.requests++;
    const [, owner, name, ...path] = decodeURIComponent(request.url ?? "").split("/");
    contents(request, response, `${owner}/${name}`, path.join("/"), "store");
  });
  hub.endpoint = await listen((request, response) => {
    hub.requests++;
    const url = new URL(request.url ?? "/", hub.endpoint);
    const json = (body: unknown, headers = {}) =>
      response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    const refuse = (status: number, code: string) =>
      response.writeHead(status, { "x-error-code": code }).end(JSON.stringify({ error: code }));
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/([^/]+)$/.exec(url.pathname);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    const [name = "", revision] = api ? [api[1], api[3]] : [file?.[1], file?.[2]];
    const repository = hub.repositories.get(name);
    const token = request.headers.authorization === "Bearer secret";
    // As on the real hub: who is not known is not told what does not exist.
    if (!repository) return refuse(request.headers.authorization ? 404 : 401, "RepoNotFound");
    if (revision !== "main" && revision !== COMMIT) return refuse(404, "RevisionNotFound");
    if (api?.[2] === "revision") return json({ id: name, sha: COMMIT, siblings: [...repository.files.keys()] });
    if (api) return json(...page(repository, url));
    if (repository.gated && !token) return refuse(request.headers.authorization ? 403 : 401, "GatedRepo");
    const path = file?.[3] ?? "";
    if (!repository.files.has(path)) return refuse(404, "EntryNotFound");
    if (path.endsWith(".json")) return contents(request, response, name, path, "hub");
    return response.writeHead(302, { location: `${store}/${name}/${path}` }).end();
  });
  return hub;
}

function page({ files, announced }: TinyRepository, url: URL): [unknown, Record<string, string>] {
  const entries = [...files].map(([path, bytes]) => ({
    type: "file",
    path,
    size: bytes.length,
    oid: digest("sha1", `blob ${bytes.length}\0`, bytes),
    ...(path.endsWith(".json")
      ? {}
      : { lfs: { oid: digest("sha256", bytes), size: announced?.get(path) ?? bytes.length, pointerSize: 130 } }),
  }));
  const all = [{ type: "directory", path: "onnx", size: 0, oid: "0" }, ...entries];
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const next = new URL(url);
  next.searchParams.set("cursor", String(from + PAGE));
  return [all.slice(from, from + PAGE), from + PAGE < all.length ? { link: `<${next}>; rel="next"` } : {}];
}
