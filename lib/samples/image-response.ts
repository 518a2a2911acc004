import { newId } from "@/lib/core/ids";
import { toProblem } from "@/lib/core/problem";

/** Image bytes that may be kept for ever, because their address holds a hash; errors as problem documents. */
export async function imageResponse(request: Request, read: () => Promise<Uint8Array>): Promise<Response> {
  // The address names the content: whoever has a copy has the right one.
  if (request.headers.has("if-none-match")) return new Response(null, { status: 304 });
  try {
    const bytes = await read();
    return new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: {
        "content-type": mediaType(bytes),
        "cache-control": "public, max-age=31536000, immutable",
        "access-control-allow-origin": "*",
        "x-content-type-options": "nosniff",
        etag: '"i"',
      },
    });
  } catch (error) {
    const problem = toProblem(error, newId("request"));
    return Response.json(problem, {
      status: problem.status,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    });
  }
}

/** Media type by the first bytes: originals keep the format in which they came. */
function mediaType(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp";
  if (head.startsWith("\x89PNG")) return "image/png";
  if (head.startsWith("\xff\xd8")) return "image/jpeg";
  if (head.startsWith("GIF8")) return "image/gif";
  return "application/octet-stream";
}
