import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { defineRoute } from "@/lib/api/define-route";
import { exportRows } from "@/lib/features/export/data";
import { printRows } from "@/lib/features/export/print";
import { exportContract } from "@/lib/features/export/schema";
import { findSae } from "@/lib/features/list/data";
import { rangesOf } from "@/lib/features/list/filters";
import { assertStored } from "@/lib/features/pinned/data";

export const dynamic = "force-dynamic";

export const GET = defineRoute(exportContract, async ({ params, query: { part, format, at, ...filters } }) => {
  const { id, ref } = await findSae(params.model, params.sae);
  await assertStored(params.model, params.sae, at);
  // Said before the first byte: afterwards an error could only cut the stream.
  rangesOf(filters);
  const lines = Readable.from(printRows(exportRows(id, part, filters), ref, format));
  const zip = createGzip();
  lines.on("error", (error) => zip.destroy(error)).pipe(zip);
  zip.on("close", () => lines.destroy());
  return new Response(Readable.toWeb(zip) as ReadableStream<Uint8Array>, {
    headers: {
      "content-type": "application/gzip",
      "content-disposition": `attachment; filename="${params.model}-${params.sae}-${part}.${format}.gz"`,
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
    },
  });
});
