import type { RgbImage } from "@/lib/media/image";
import type { ChatQuestion } from "./types";

/** What an endpoint can do, as found out before the first question. */
export interface Abilities {
  /** Follows instructions; false for a model that knows only short questions of its training. */
  instructed: boolean;
  /** Holds answers to a JSON schema. */
  schema: boolean;
  /** Images that one question may hold. */
  images: number;
  /** What it calls the limit of an answer. */
  tokensField: "max_tokens" | "max_completion_tokens";
  temperature: boolean;
  seed: boolean;
}

/** What is hoped for at first. */
export const hopedFor = (images: number): Abilities => ({
  ...{ instructed: true, schema: true, images, tokensField: "max_tokens", temperature: true, seed: true },
});

/** A model that was trained on short questions about one image. */
export const SHORT_QUESTIONS: Abilities = { ...hopedFor(1), instructed: false, schema: false };

/**
 * What to try after an endpoint refused a request as wrong: what its words name is left out, else the rarest ability first.
 * @returns null when nothing is left to leave out
 */
export function amend(abilities: Abilities, said: string): Abilities | null {
  if (/max_completion_tokens/.test(said) && abilities.tokensField === "max_tokens") {
    return { ...abilities, tokensField: "max_completion_tokens" };
  }
  if (/temperature/i.test(said) && abilities.temperature) return { ...abilities, temperature: false };
  if (/\bseed\b/i.test(said) && abilities.seed) return { ...abilities, seed: false };
  const ofSchema = /response_format|schema|structured|guided|grammar/i.test(said);
  if (/image/i.test(said) && !ofSchema && abilities.images > 1) return { ...abilities, images: 1 };
  if (abilities.schema) return { ...abilities, schema: false };
  return abilities.images > 1 ? { ...abilities, images: 1 } : null;
}

/** Small, and still larger than the patches of any vision tower. */
const SIDE = 64;

/** A question that needs every ability; its answer does not matter. */
export function probeQuestion(abilities: Abilities): ChatQuestion {
  const images = Array.from({ length: abilities.images }, (_, i): RgbImage => {
    const data = new Uint8Array(SIDE * SIDE * 3).fill(64 + ((i * 37) % 160));
    return { width: SIDE, height: SIDE, data };
  });
  const { schema, tokensField, temperature, seed } = abilities;
  return {
    key: `probe/${[abilities.images, schema, tokensField, temperature, seed].join(",")}`,
    images,
    text: "This only tests the connection: say that you are ready.",
    maxTokens: 64,
    schema: {
      name: "ready",
      schema: {
        type: "object",
        properties: { ready: { type: "boolean", description: "true" } },
        required: ["ready"],
        additionalProperties: false,
      },
    },
  };
}
