import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { MAX_IMAGE_BYTES, storeImage } from "@/lib/samples/mutations";
import { blobs } from "@/lib/storage/blobs";

const FETCH_MS = 10_000;

/**
 * The SHA-256 of the stored image that an `image_url` means: a `data:` address, `sha256:<hex>`, this server's /i/<hex>/...,
 * or an address on one of IMAGE_FETCH_HOSTS. Images that come in are kept.
 * @param host of this server, as the request named it.
 * @throws AppError INVALID_INPUT, NOT_FOUND, TOO_LARGE, IMAGE_UNREADABLE.
 */
export async function imageOf(address: string, host: string): Promise<string> {
  const data = /^data:[^,]*?(;base64)?,/i.exec(address);
  if (data) {
    const text = address.slice(data[0].length);
    return (await storeImage(data[1] ? Buffer.from(text, "base64") : Buffer.from(decodeURIComponent(text)))).sha;
  }
  const named = /^sha256:([0-9a-f]{64})$/.exec(address)?.[1];
  if (named) return stored(named);
  const url = URL.canParse(address, `http://${host}`) ? new URL(address, `http://${host}`) : undefined;
  const shown = url?.host === host ? /^\/i\/([0-9a-f]{64})\/\w+\.webp$/.exec(url.pathname)?.[1] : undefined;
  if (shown) return stored(shown);
  if (url && /^https?:$/.test(url.protocol) && env().IMAGE_FETCH_HOSTS.includes(url.host)) {
    return (await storeImage(await fetchImage(url))).sha;
  }
  throw invalid(
    "An image_url is a data: address, sha256:<64 hex digits>, or /i/<hash>/orig.webp of this server; other hosts must be listed in IMAGE_FETCH_HOSTS.",
  );
}

async function stored(sha: string): Promise<string> {
  if (await blobs().has(`images/${sha}`)) return sha;
  throw new AppError(
    "NOT_FOUND",
    `No stored image has the hash ${sha.slice(0, 12)}...: send its bytes as a data: address.`,
  );
}

/** Redirects are refused: the host that was allowed must be the one that answers. */
async function fetchImage(url: URL): Promise<Uint8Array> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(FETCH_MS) }).catch((cause) => {
    throw invalid(`The image at ${url.host} could not be fetched: check the address.`, cause);
  });
  if (!response.ok || !response.body) throw invalid(`${url.host} answered ${response.status} instead of an image.`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_IMAGE_BYTES) break;
    chunks.push(chunk);
  }
  if (size > MAX_IMAGE_BYTES) throw new AppError("TOO_LARGE", "An image may have 10 MB: make it smaller.");
  return Buffer.concat(chunks);
}

function invalid(message: string, cause?: unknown): AppError {
  return new AppError("INVALID_INPUT", message, { cause, errors: [{ path: "messages", message }] });
}
