import { z } from "zod";

/** Neuronpedia's spelling of a list by address: name, and features as JSON. */
const featuresSchema = z.array(
  z.object({ modelId: z.string().max(64), layer: z.string().max(64), index: z.coerce.string().max(9) }),
);

/** 307 to the same list as Fovea spells it; what does not parse becomes an empty list, whose page says so. */
export function GET(request: Request): Response {
  const { searchParams } = new URL(request.url);
  let given: unknown;
  try {
    given = JSON.parse(searchParams.get("features") ?? "[]");
  } catch {
    given = [];
  }
  const features = featuresSchema.safeParse(given).data ?? [];
  const refs = features.map(({ modelId, layer, index }) => `${modelId}/${layer}/${index}`);
  const query = new URLSearchParams({ f: refs.join(","), name: searchParams.get("name")?.slice(0, 80) ?? "" });
  // Relative, so that it is right behind any proxy.
  return new Response(null, {
    status: 307,
    headers: { location: `/lists/adhoc?${query}`, "cache-control": "no-store" },
  });
}
