import { defineRoute } from "@/lib/api/define-route";
import { getDirection } from "@/lib/compare/data";
import { vectorContract } from "@/lib/compare/schema";

export const GET = defineRoute(vectorContract, async ({ params, query }) => {
  const row = await getDirection(`${params.model}/${params.sae}/${params.index}`, query.part);
  const headers = { "cache-control": "public, no-cache", "access-control-allow-origin": "*" };
  if (query.format === "json") return Response.json({ part: query.part, values: [...row] }, { headers });
  const bytes = new DataView(new ArrayBuffer(4 * row.length));
  row.forEach((value, i) => {
    bytes.setFloat32(4 * i, value, true);
  });
  return new Response(bytes.buffer, { headers: { ...headers, "content-type": "application/octet-stream" } });
});
