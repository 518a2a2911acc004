import { defineRoute } from "@/lib/api/define-route";
import { readCodes } from "@/lib/inspect/data";
import { codesContract } from "@/lib/inspect/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(codesContract, async ({ params, query }) => {
  const bytes = await readCodes(params.id, query.sae);
  const headers = {
    "content-type": "application/octet-stream",
    "cache-control": "public, max-age=31536000, immutable",
    "access-control-allow-origin": "*",
  };
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
});
