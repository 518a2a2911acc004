/** Filters and sorts all features of an SAE beside the page, so that sliders never wait. */
import { ColumnIndex, parseColumns, type Selection } from "@/lib/features/columns/format";
import { readListQuery } from "@/lib/features/columns/query/format";

export interface ColumnAsk {
  /** Where the index is; asked for once. */
  url: string;
  query: string;
}

export interface ColumnAnswer extends Selection {
  query: string;
  maxValue: number;
  /** When nothing passes: how many features each filter alone keeps away. */
  without: Record<string, number>;
}

let index: Promise<ColumnIndex> | undefined;

async function load(url: string): Promise<ColumnIndex> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
  const file = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new ColumnIndex(parseColumns(await new Response(file).arrayBuffer()));
}

const FILTERS = [
  "density",
  "max",
  "detection",
  "localisation",
  "imageShare",
  "crossModal",
  "human",
  "disagreement",
  "kind",
  "status",
  "flags",
  "modality",
];

function withoutEach(found: ColumnIndex, query: string): Record<string, number> {
  const without: Record<string, number> = {};
  for (const name of FILTERS) {
    const params = new URLSearchParams(query);
    if (!params.has(name)) continue;
    params.delete(name);
    const asked = readListQuery(params);
    if (asked) without[name] = found.select(asked.filters, asked.sort).order.length;
  }
  return without;
}

self.onmessage = async ({ data: { url, query } }: MessageEvent<ColumnAsk>) => {
  index ??= load(url);
  try {
    const found = await index;
    const asked = readListQuery(new URLSearchParams(query));
    if (!asked) return;
    const selection = found.select(asked.filters, asked.sort);
    const without = selection.order.length === 0 ? withoutEach(found, query) : {};
    const answer: ColumnAnswer = { ...selection, query, maxValue: found.maxValue, without };
    self.postMessage(answer, { transfer: [selection.order.buffer as ArrayBuffer] });
  } catch {
    index = undefined;
    self.postMessage(null);
  }
};
