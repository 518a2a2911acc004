import { imageResponse } from "@/lib/samples/image-response";
import { readStrip } from "@/lib/samples/thumbs";

/** GET /i/strips/{hash}.webp: up to four thumbs of a feature side by side. */
export async function GET(request: Request, { params }: { params: Promise<{ file: string }> }): Promise<Response> {
  const { file } = await params;
  return imageResponse(request, () => readStrip(file));
}
