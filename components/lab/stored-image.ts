import type { Sample } from "@/lib/samples/schema";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

/** An image that the server keeps under its hash. */
export interface StoredImage {
  sha: string;
  width: number;
  height: number;
  /** What it shows, or where it came from, in words. */
  alt?: string;
}

/** The stored image of a hash, or of a prefix if it is a sample. @throws FetchProblem when there is none. */
export async function findImage(sha: string, signal?: AbortSignal): Promise<StoredImage> {
  const sample = await fetchJson<Sample>(`/api/v1/samples/${sha}`, signal ? { signal } : {}).catch(() => null);
  signal?.throwIfAborted();
  if (sample?.image) return sample.image;
  if (sample) throw new FetchProblem("The sample of this hash is a text.");
  // Not a sample: perhaps an image that somebody brought, whose size only its bytes tell.
  const image = new Image();
  image.src = `/i/${sha}/orig.webp`;
  await image.decode().catch(() => {
    throw new FetchProblem("No stored image has this hash.");
  });
  return { sha, width: image.naturalWidth, height: image.naturalHeight, alt: "your image" };
}

/** Keeps a file on the server. @throws FetchProblem */
export async function storeImage(file: File): Promise<StoredImage> {
  if (!file.type.startsWith("image/")) throw new FetchProblem("This is no image.");
  const stored = await fetchJson<StoredImage>("/api/v1/images", { method: "POST", body: file });
  return { ...stored, alt: file.name ? `your image ${file.name}` : "your image" };
}
