import { z } from "zod";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { type HubId, hubIdText } from "@/lib/model/hub/id";

/** A file of a repository. */
export interface HubFile {
  path: string;
  /** In bytes. */
  size: number;
  /** In hex: of the bytes, or as git names a blob (SHA-1 with a header). Undefined when the hub does not say. */
  digest?: { kind: "sha256" | "git"; hex: string };
}

/** A repository at one commit, so that files which are fetched later belong together. */
export interface Repository {
  id: HubId;
  commit: string;
  files: HubFile[];
}

const infoSchema = z.object({ sha: z.string().regex(/^[0-9a-f]{7,64}$/) });
const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.int().nonnegative().default(0),
    oid: z.string().optional(),
    lfs: z.object({ oid: z.string(), size: z.int().nonnegative() }).nullish(),
    xetHash: z.string().nullish(),
  }),
);

/**
 * All files of a repository with their sizes and digests (https://huggingface.co/docs/hub/api). Plain requests, because
 * @huggingface/hub (2.17) keeps back what a download that goes on needs: the status of a range, the X-Error-Code, a failure
 * while bytes come as more than a string; and its own files on disk start over, unchecked.
 * @throws AppError NOT_FOUND (no such model or revision), HUB_REFUSED (private, gated, too many requests), DOWNLOAD_FAILED.
 */
export async function listRepository(id: HubId): Promise<Repository> {
  const api = `${env().HF_ENDPOINT}/api/models/${id.name}`;
  const info = await get(id, new URL(`${api}/revision/${encodeURIComponent(id.revision ?? "main")}`));
  const { sha: commit } = await parse(info, infoSchema);
  const files: HubFile[] = [];
  const page = new URL(`${api}/tree/${commit}?recursive=true`);
  for (;;) {
    const response = await get(id, page);
    for (const entry of await parse(response, treeSchema)) if (entry.type === "file") files.push(toFile(entry));
    const next = /<([^>]+)>\s*;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    if (next === undefined) return { id, commit, files };
    // Only the query is taken over: the token goes to nobody but HF_ENDPOINT.
    page.search = new URL(next, page).search;
  }
}

/** Starts to read a file from byte `from` on; status 206 says that the bytes begin there, 200 that they begin at 0. */
export function openFile({ id, commit }: Repository, path: string, from: number): Promise<Response> {
  const place = path.split("/").map(encodeURIComponent).join("/");
  const url = new URL(`${env().HF_ENDPOINT}/${id.name}/resolve/${commit}/${place}`);
  return get(id, url, from > 0 ? { range: `bytes=${from}-` } : {});
}

function toFile({ path, size, oid, lfs, xetHash }: z.infer<typeof treeSchema>[number]): HubFile {
  if (lfs) return { path, size: lfs.size, digest: { kind: "sha256", hex: lfs.oid.replace(/^sha256:/, "") } };
  // The oid of a file in large storage is that of its pointer and says nothing about its bytes.
  return oid && !xetHash ? { path, size, digest: { kind: "git", hex: oid } } : { path, size };
}

async function get(id: HubId, url: URL, headers: Record<string, string> = {}): Promise<Response> {
  const token = env().HF_TOKEN;
  let response: Response;
  try {
    response = await fetch(url, {
      headers: {
        ...headers,
        // Ranges and sizes are those of the file, not of a compressed form of it.
        "accept-encoding": "identity",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });
  } catch (cause) {
    throw new AppError(
      "DOWNLOAD_FAILED",
      `${url.host} cannot be reached for ${id.name}: check the network (and HF_ENDPOINT), or give a folder that holds the model.`,
      { cause },
    );
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw refusal(id, response);
}

async function parse<T extends z.ZodType>(response: Response, schema: T): Promise<z.infer<T>> {
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const { host, pathname } = new URL(response.url);
  throw new AppError(
    "DOWNLOAD_FAILED",
    `${host} does not answer ${pathname} as the hub does: check HF_ENDPOINT, or try again later.`,
    { cause: parsed.error },
  );
}

/** The hub's X-Error-Code tells the cases apart; without a token it answers 401 for what may not exist at all. */
function refusal(id: HubId, { status, headers, url }: Response): AppError {
  const { HF_ENDPOINT: endpoint, HF_TOKEN: token } = env();
  const code = headers.get("x-error-code");
  const page = `${endpoint}/${id.name}`;
  if (code === "RevisionNotFound") {
    return new AppError(
      "NOT_FOUND",
      `${id.name} has no revision "${id.revision ?? "main"}": see ${page}/commits for those it has.`,
    );
  }
  if (status === 404 || (code === "RepoNotFound" && token !== undefined)) {
    const unseen = token === undefined ? "set HF_TOKEN" : "take an HF_TOKEN that may read it";
    return new AppError(
      "NOT_FOUND",
      `There is neither a folder nor a model ${hubIdText(id)} on ${endpoint}: check the spelling, owner/name. If it is private, ${unseen}.`,
    );
  }
  if (status === 401 && token !== undefined) {
    const text = `${endpoint} does not accept HF_TOKEN: make a new token (${endpoint}/settings/tokens), or unset it.`;
    return new AppError("HUB_REFUSED", text);
  }
  if (status === 401 || status === 403) {
    const what =
      code === "RepoNotFound"
        ? `There is no folder ${hubIdText(id)}, and on ${endpoint} no such model that anybody may read: check the spelling; if it is private,`
        : `${id.name} is private, or wants its licence accepted: do that on ${page}, and`;
    const text = `${what} set HF_TOKEN to a token of an account that may read it (${endpoint}/settings/tokens).`;
    return new AppError("HUB_REFUSED", text);
  }
  if (status === 429) {
    return new AppError(
      "HUB_REFUSED",
      `${endpoint} takes no more requests for now: wait some minutes, or set HF_TOKEN.`,
    );
  }
  return new AppError(
    "DOWNLOAD_FAILED",
    `${new URL(url).host} answered ${status} for ${id.name}: run the same again later, it goes on where it stopped.`,
  );
}
