import { sha256 } from "@/lib/core/hash";
import { createLog } from "@/lib/core/log";
import { toProblem } from "@/lib/core/problem";
import { neuronpediaFeature } from "@/lib/features/neuronpedia/data";
import { featureParams } from "@/lib/features/schema";

export const dynamic = "force-dynamic";

const log = createLog("api");
const HEADERS = { "access-control-allow-origin": "*" };

/** GET /api/feature/{modelId}/{layer}/{index}: a feature as Neuronpedia tells it, `layer` being the SAE's slug. */
export async function GET(
  request: Request,
  { params }: { params: Promise<Record<string, string>> },
): Promise<Response> {
  try {
    const { layer, ...rest } = await params;
    const { model, sae, index } = featureParams.parse({ ...rest, sae: layer });
    const query = new URL(request.url).searchParams;
    const options = { native: query.get("flavour") === "native", textOnly: query.get("modality") === "text" };
    const text = JSON.stringify(await neuronpediaFeature(model, sae, index, options));
    const etag = `"${sha256(text).slice(0, 20)}"`;
    const headers = { ...HEADERS, etag, "cache-control": "public, no-cache", "content-type": "application/json" };
    if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
    return new Response(text, { headers });
  } catch (error) {
    const { status, detail } = toProblem(error);
    if (status >= 500) log.error("request failed", { url: request.url, error });
    return Response.json({ message: detail }, { status, headers: { ...HEADERS, "cache-control": "no-store" } });
  }
}
