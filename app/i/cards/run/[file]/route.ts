import { getRun, getRunCard } from "@/lib/runs/data";
import { imageResponse } from "@/lib/samples/image-response";
import { cardPng } from "@/lib/share/cards/data";
import { idOfFile } from "@/lib/share/cards/format";

interface Context {
  params: Promise<{ file: string }>;
}

/** GET /i/cards/run/{id}.png: the social card of a run. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { file } = await params;
  return imageResponse(request, async () => cardPng(await getRunCard(await getRun(idOfFile(file, /^\w{1,40}$/)))));
}
