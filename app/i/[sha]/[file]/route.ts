import { imageResponse } from "@/lib/samples/image-response";
import { readImage } from "@/lib/samples/thumbs";

/** GET /i/{sha}/{96,256,512,orig}.webp: the bytes of a stored image; the address holds its hash, so it never changes. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ sha: string; file: string }> },
): Promise<Response> {
  const { sha, file } = await params;
  return imageResponse(request, () => readImage(sha, file));
}
