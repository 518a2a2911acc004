import type { ImageTruth } from "@/lib/datasets/schema";

/** What the pixels that belong to no object show. */
export function groundOf({ theme, background }: ImageTruth): { kind: "sea" | "color" | "texture"; term: string }[] {
  if (theme === "map") return [{ kind: "sea", term: "sea" }];
  return [
    { kind: "color", term: background.color },
    { kind: "texture", term: background.texture },
  ];
}
