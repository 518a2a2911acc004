import type { ExampleRows } from "@/lib/activations/writer";
import { ROW_KIND } from "@/lib/formats/row-kinds";
import type { ChatMessage, Geometry, Tap } from "@/lib/model/types";

/** The sample that was tapped, as far as a store notes it. */
export interface TappedSample {
  ordinal: number;
  /** Content hash of the image; null for a text. */
  imageSha: string | null;
  prompt: string;
}

/** What a model read, on one line per message: names a text in the store. */
export function promptText(messages: readonly ChatMessage[], raw?: string): string {
  return raw ?? messages.map((m) => `${m.role}: ${m.content}`).join("\n");
}

/** Rows of one tapped sample for the store; special tokens keep their kind. */
export function exampleOf(sample: TappedSample, { acts, tokens }: Tap, geometry: Geometry | null): ExampleRows {
  const kinds = Uint8Array.from(tokens, ({ kind }) =>
    kind === "image" ? ROW_KIND.base : kind === "special" ? ROW_KIND.special : ROW_KIND.text,
  );
  const example = { example: sample.ordinal, prompt: sample.prompt, acts, kinds };
  const first = kinds.indexOf(ROW_KIND.base);
  if (first < 0 || !geometry) return { ...example, image_id: sample.imageSha, views: [] };
  const { rows, cols, affine } = geometry;
  const view = { name: "base", grid: [rows, cols] as [number, number], affine, first, count: rows * cols };
  // At a vision site there is no beginning-of-text token.
  return { ...example, image_id: sample.imageSha, views: [view], bosRow: first === 0 ? -1 : 0 };
}
