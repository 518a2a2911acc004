import { ImageCache } from "@/lib/datasets/image-cache";
import type { RgbImage } from "@/lib/media/image";
import type { ChatMessage, TapInput } from "@/lib/model/types";
import type { Conversation } from "@/lib/steering/schema";
import type { BlobStore } from "@/lib/storage/blobs";

/** Decoded images of the last questions; further ones on one image share it. */
let images: ImageCache | undefined;

export function labImage(sha: string, blobs: BlobStore): Promise<RgbImage> {
  images ??= new ImageCache(blobs, 16);
  return images.get(sha);
}

/** What the model reads: the image, if there is one, stands at the first user's turn. */
export async function labInput({ messages, image }: Conversation, blobs: BlobStore): Promise<TapInput> {
  if (image === null) return { messages };
  const at = Math.max(
    0,
    messages.findIndex(({ role }) => role === "user"),
  );
  const marked = messages.map((message, i): ChatMessage => (i === at ? { ...message, image: true } : message));
  return { messages: marked, image: await labImage(image, blobs) };
}
