import { listCard } from "@/lib/lists/card";
import { getList } from "@/lib/lists/data";
import { imageResponse } from "@/lib/samples/image-response";
import { cardPng } from "@/lib/share/cards/data";
import { idOfFile } from "@/lib/share/cards/format";

interface Context {
  params: Promise<{ file: string }>;
}

/** GET /i/cards/list/{id}.png: the social card of a list. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { file } = await params;
  return imageResponse(request, async () => cardPng(listCard(await getList(idOfFile(file, /^\w{1,40}$/)))));
}
