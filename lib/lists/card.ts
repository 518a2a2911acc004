import type { Card } from "@/lib/share/cards/schema";

/** What the card of a list shows: its name and the first of its features. */
export function listCard({
  name,
  items,
}: {
  name: string;
  items: readonly { label: string | null; index: number }[];
}): Card {
  return {
    v: 1,
    place: "list",
    title: name,
    facts: [items.length === 1 ? "1 feature" : `${items.length} features`],
    pictures: [],
    lines: items
      .slice(0, 4)
      .map(({ label, index }) => ({ name: `#${index}`, text: label ?? "not explained", strong: false })),
  };
}
