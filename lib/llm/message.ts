import { encodeJpeg, encodePng, type RgbImage } from "@/lib/media/image";
import type { Abilities } from "./abilities";
import { shapeInWords } from "./in-words";
import type { ChatQuestion } from "./types";

/** Images of no more pixels go without loss: they are small either way. */
const EXACT_PIXELS = 256 * 256;

/** The body of `POST /chat/completions` for a question, as the server can take it. */
export async function bodyOf(
  question: ChatQuestion,
  { model, abilities, maxTokens, seed }: { model: string; abilities: Abilities; maxTokens: number; seed: number },
): Promise<string> {
  const { schema } = question;
  const text = schema
    ? `${question.text}\n\n${shapeInWords(schema.schema, abilities.schema ? "json" : "lines")}`
    : question.text;
  const images = await Promise.all(
    question.images.map(async (image) => ({ type: "image_url", image_url: { url: await dataUrl(image) } })),
  );
  return JSON.stringify({
    model,
    messages: [{ role: "user", content: images.length > 0 ? [...images, { type: "text", text }] : text }],
    [abilities.tokensField]: maxTokens,
    ...(abilities.temperature ? { temperature: 0 } : {}),
    ...(abilities.seed ? { seed } : {}),
    ...(schema && abilities.schema
      ? {
          response_format: {
            type: "json_schema",
            json_schema: { name: schema.name, schema: schema.schema, strict: true },
          },
        }
      : {}),
  });
}

async function dataUrl(image: RgbImage): Promise<string> {
  const exact = image.width * image.height <= EXACT_PIXELS;
  const bytes = exact ? await encodePng(image) : await encodeJpeg(image, 90);
  return `data:image/${exact ? "png" : "jpeg"};base64,${Buffer.from(bytes).toString("base64")}`;
}
