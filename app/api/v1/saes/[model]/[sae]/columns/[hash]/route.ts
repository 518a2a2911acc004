import { defineRoute } from "@/lib/api/define-route";
import { readColumns } from "@/lib/features/columns/data";
import { columnsContract } from "@/lib/features/columns/schema";

export const GET = defineRoute(columnsContract, async ({ params }) => {
  const bytes = await readColumns(params.hash);
  const headers = {
    "content-type": "application/gzip",
    "cache-control": "public, max-age=31536000, immutable",
    "access-control-allow-origin": "*",
  };
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
});
