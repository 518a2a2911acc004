import { randomInt } from "node:crypto";
import { toProblem } from "@/lib/core/problem";
import { findSae, randomFeatures } from "@/lib/features/list/data";
import { filtersSchema } from "@/lib/features/list/schema";

/** 307 to a live feature that passes the filters of the query; the query goes along, so that j and k keep to it. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ model: string; sae: string }> },
): Promise<Response> {
  const { model, sae } = await params;
  const url = new URL(request.url);
  try {
    const filters = filtersSchema.parse(Object.fromEntries(url.searchParams));
    const [index] = await randomFeatures(await findSae(model, sae), filters, 1, randomInt(2 ** 31));
    // Relative, so that it is right behind any proxy.
    return new Response(null, {
      status: 307,
      headers: { location: `/${model}/${sae}/${index}${url.search}`, "cache-control": "no-store" },
    });
  } catch (error) {
    const problem = toProblem(error);
    return Response.json(problem, { status: problem.status, headers: { "content-type": "application/problem+json" } });
  }
}
