import { imageResponse } from "@/lib/samples/image-response";
import { readCard } from "@/lib/share/cards/data";

/** GET /i/cards/{hash}.png: the social card of a feature, a list or a run; the address holds the hash of what it shows. */
export async function GET(request: Request, { params }: { params: Promise<{ file: string }> }): Promise<Response> {
  const { file } = await params;
  return imageResponse(request, () => readCard(file));
}
