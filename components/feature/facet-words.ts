import type { Feature } from "@/lib/features/schema";

type Facet = NonNullable<Feature["twin"]>[number]["facet"];

/** What each facet is called, and what counts as one. */
export const FACET_WORDS: Record<Facet, { name: string; means: string; text: boolean }> = {
  picture: { name: "picture", means: "image patches, in a style that the model was trained on", text: false },
  drawing: { name: "unseen style", means: "image patches, in a style that the model never saw", text: false },
  sign: { name: "written word", means: "image patches that a written word covers", text: false },
  caption: { name: "text with image", means: "text tokens of a conversation about an image", text: true },
  chat: { name: "text alone", means: "text tokens of a conversation without an image", text: true },
};
