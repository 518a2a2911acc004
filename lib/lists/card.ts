import type { Card } from "@/lib/share/cards/types";
import type { FeatureListing } from "./schema";

/** What the card of a list shows: its name and the first of its features. */
export function listCard({ name, items }: Pick<FeatureListing, "name" | "items">): Card {
  return {
    v: 1,
    place: "list",
    title: name,
    facts: [items.length === 1 ? "1 feature" : `${items.length} features`],
    pictures: [],
    lines: items.slice(0, 4).map(({ ref, feature }) => ({
      name: `#${ref.split("/")[2]}`,
      text: feature?.label ?? "not explained",
      strong: false,
    })),
  };
}
