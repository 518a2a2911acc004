/** What an embedded view shows, as its address says; browser safe. */
import { printQuery } from "@/lib/core/format";

export const PARTS = ["label", "scores", "numbers", "images", "text", "test", "steer", "link"] as const;
export type Part = (typeof PARTS)[number];
export const PART_WORDS: Record<Part, string> = {
  label: "label",
  scores: "scores",
  numbers: "numbers",
  images: "images",
  text: "texts",
  test: "a field to try it",
  steer: "steer with it",
  link: "link back",
};
const DEFAULT: readonly Part[] = PARTS.filter((part) => part !== "test" && part !== "steer");

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const HEIGHTS = { least: 160, most: 2000, usual: 520 } as const;

export interface EmbedView {
  show: ReadonlySet<Part>;
  theme: Theme;
  /** In px; null as high as it comes. */
  height: number | null;
}

/** Neuronpedia's toggles and what they turn here. */
const TOGGLES: Record<string, readonly Part[]> = {
  embedexplanation: ["label", "scores"],
  embedplots: ["numbers"],
  embedactivations: ["images", "text"],
  embedtest: ["test"],
  embedtestfield: ["test"],
  embedsteer: ["steer"],
  embedlink: ["link"],
};

/** Reads the parameters of an embedded view; what does not parse falls back to the default. */
export function parseEmbed(query: Record<string, string | undefined>): EmbedView {
  const listed = query.show?.split(",").filter((part): part is Part => PARTS.includes(part as Part));
  const show = new Set<Part>(listed ?? DEFAULT);
  for (const [toggle, parts] of Object.entries(TOGGLES)) {
    const value = query[toggle];
    for (const part of parts) {
      if (value === "true") show.add(part);
      if (value === "false") show.delete(part);
    }
  }
  const height = Number(query.height);
  return {
    show,
    theme: THEMES.includes(query.theme as Theme) ? (query.theme as Theme) : "auto",
    height: Number.isInteger(height) && height >= HEIGHTS.least && height <= HEIGHTS.most ? height : null,
  };
}

/** The query of a view, without what is at its default: "?show=label,images&theme=dark", or "". */
export function printEmbed({ show, theme, height }: EmbedView): string {
  const parts = PARTS.filter((part) => show.has(part));
  const usual = parts.length === DEFAULT.length && parts.every((part) => DEFAULT.includes(part));
  const query = new URLSearchParams({
    ...(usual ? {} : { show: parts.join(",") }),
    ...(theme === "auto" ? {} : { theme }),
    ...(height === null ? {} : { height: String(height) }),
  });
  return query.size > 0 ? `?${printQuery(query)}` : "";
}

/** HTML that shows a view on another page. */
export function embedCode(url: string, title: string, height: number): string {
  const attribute = (text: string) =>
    text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<iframe src="${attribute(url)}" title="${attribute(title)}" width="100%" height="${height}" style="border:0" loading="lazy"></iframe>`;
}
