import { defineRoute } from "@/lib/api/define-route";
import { AppError } from "@/lib/core/errors";
import { signContract } from "@/lib/inspect/word/schema";
import { scramble } from "@/lib/inspect/word/scramble";
import { drawSign } from "@/lib/media/sign";

export const dynamic = "force-dynamic";

export const GET = defineRoute(signContract, ({ query: { word, ink, scrambled } }) => {
  const letters = scrambled ? scramble(word) : word;
  if (letters === null) throw new AppError("INVALID_INPUT", "The letters of this word have no other order.");
  const { svg } = drawSign(letters, ink, scrambled ? drawSign(word, ink).width : undefined);
  return new Response(svg, {
    headers: {
      "content-type": "image/svg+xml",
      "cache-control": "public, max-age=31536000, immutable",
      "access-control-allow-origin": "*",
      "x-content-type-options": "nosniff",
    },
  });
});
