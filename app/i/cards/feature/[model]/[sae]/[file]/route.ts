import { featureCard } from "@/lib/features/card";
import { getFeature } from "@/lib/features/data";
import { exemplarsQuery } from "@/lib/features/schema";
import { imageResponse } from "@/lib/samples/image-response";
import { cardPng } from "@/lib/share/cards/data";
import { idOfFile } from "@/lib/share/cards/format";

interface Context {
  params: Promise<{ model: string; sae: string; file: string }>;
}

/** GET /i/cards/feature/{model}/{sae}/{index}.png: the social card of a feature. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { model, sae, file } = await params;
  return imageResponse(request, async () => {
    const index = Number(idOfFile(file, /^\d{1,9}$/));
    return cardPng(featureCard(await getFeature(model, sae, index, exemplarsQuery.parse({}))));
  });
}
