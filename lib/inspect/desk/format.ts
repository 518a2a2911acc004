/** The set-up of an inspection and what is looked at in it as an address, both ways; browser safe and free of zod. */
import { printQuery } from "@/lib/core/format";
import type { RegionSort } from "../codes/format";
import type { InspectParams } from "../schema";

/** Cells as bits in base64url, or positions of tokens as "t:12,13". */
export type Region = string | null;

export interface InspectState {
  /** SAEs of one model as `model/sae`; never empty where there is an SAE. */
  in: readonly string[];
  image: string | null;
  text: string;
  a: Region;
  b: Region;
  sort: RegionSort;
  /** Numbers of pinned features of the SAE that is shown. */
  pins: readonly number[];
  /** Without a region, where to look: at the image, if there is one, or at the words. */
  modality: "auto" | "text";
  /** Leave out features with a flag. */
  unflagged: boolean;
  /** What is painted on the image: where a feature fires, what the SAE misses, or what a feature explains. */
  show: Painted;
}

export type Painted = "values" | "missed" | "explained";
const PAINTED: readonly Painted[] = ["values", "missed", "explained"];

export const MOST_PINS = 6;
const MOST_SAES = 4;
const SORTS: readonly RegionSort[] = ["specificity", "strength", "rarity"];

/**
 * Reads a set-up; what does not parse is as if it were not there.
 * @param fallback the SAEs that are looked through when the address names none.
 */
export function readInspect(query: URLSearchParams, fallback: readonly string[]): InspectState {
  const pinned = (query.get("f") ?? "").split(",").flatMap((ref) => {
    const [, sae, index] = /^(?:([^/\s]+\/[^/\s]+)\/)?(\d{1,9})$/.exec(ref) ?? [];
    return index === undefined ? [] : [{ sae, index: Number(index) }];
  });
  // A whole name of a feature also says through which SAE to look.
  const given = query.get("in") ?? pinned.find(({ sae }) => sae)?.sae ?? "";
  const named = given.split(",").filter((ref) => /^[^/\s]+\/[^/\s]+$/.test(ref));
  const model = named[0]?.split("/")[0];
  const same = [...new Set(named)].filter((ref) => ref.startsWith(`${model}/`)).slice(0, MOST_SAES);
  const image = query.get("image");
  const sort = query.get("sort") as RegionSort | null;
  const shown = same[0] ?? fallback[0];
  const pins = pinned.filter(({ sae }) => sae === undefined || sae === shown).map(({ index }) => index);
  return {
    in: same.length > 0 ? same : fallback,
    image: image && /^[0-9a-f]{64}$/.test(image) ? image : null,
    text: query.get("text") ?? "",
    a: regionOf(query.get("a")),
    b: regionOf(query.get("b")),
    sort: sort && SORTS.includes(sort) ? sort : "specificity",
    pins: [...new Set(pins)].slice(0, MOST_PINS),
    modality: query.get("modality") === "text" ? "text" : "auto",
    unflagged: query.get("flags") === "none",
    show: PAINTED.find((name) => name === query.get("show")) ?? "values",
  };
}

function regionOf(text: string | null): Region {
  return text && /^(t:\d+(,\d+)*|[A-Za-z0-9_-]+)$/.test(text) ? text : null;
}

/** Parameters of a set-up; null at its default. */
export function inspectParams(state: InspectState, fallback: readonly string[]): Record<string, string | null> {
  return {
    in: state.in.join() === fallback.join() ? null : state.in.join(),
    image: state.image,
    text: state.text || null,
    a: state.a,
    b: state.b,
    sort: state.sort === "specificity" ? null : state.sort,
    f: state.pins.length > 0 ? state.pins.join() : null,
    modality: state.modality === "auto" ? null : state.modality,
    flags: state.unflagged ? "none" : null,
    show: state.show === "values" ? null : state.show,
  };
}

/** The desk with a set-up on it. */
export function inspectAddress(state: Partial<InspectState> & Pick<InspectState, "in">): string {
  const full = {
    image: null,
    text: "",
    a: null,
    b: null,
    sort: "specificity" as const,
    modality: "auto" as const,
    pins: [],
    unflagged: false,
    show: "values" as const,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(inspectParams({ ...full, ...state }, [])))
    if (value !== null) query.set(name, value);
  return `/inspect?${printQuery(query)}`;
}

/** What is asked about an image when nothing is. As the corpus was cached, so that values agree. */
export const DESCRIBE = "describe the image.";

/** The steering desk with the same input, turning some features of an SAE by their reference strength. */
export function steerAddress(
  { image, text }: Pick<InspectState, "image" | "text">,
  sae: string,
  features: readonly number[],
) {
  const [model, slug] = sae.split("/");
  const turned = features.map((index) => `&f=${slug}/${index}:1:add`).join("");
  return `/steer?in=${model}${turned}${askedOf(image, text)}`;
}

/** The tracing desk with the same input, through one SAE. */
export function traceAddress({ image, text }: Pick<InspectState, "image" | "text">, sae: string): string {
  return `/trace?in=${sae}${askedOf(image, text)}`;
}

function askedOf(image: string | null, text: string): string {
  const prompt = encodeURIComponent(text.trim() || DESCRIBE);
  return `${image ? `&image=${image}` : ""}&prompt=${prompt}`;
}

/** What to send to start an inspection. */
export function requestOf({ in: saes, image, text }: InspectState): Partial<InspectParams> {
  return { in: [...saes], image, text: text.trim() };
}

/** True when there is something to look at. */
export function isComplete({ in: saes, image, text }: InspectState): boolean {
  return saes.length > 0 && (image !== null || text.trim() !== "");
}

/** The set-up with which a run was started. */
export function stateOfRun(params: InspectParams): Pick<InspectState, "in" | "image" | "text"> {
  return { in: params.in, image: params.image, text: params.text };
}

/** Positions of a region of tokens. */
export function tokensOfRegion(region: Region): number[] {
  return region?.startsWith("t:") ? region.slice(2).split(",").map(Number) : [];
}

/** Tokens as a region; none is no region. */
export function regionOfTokens(positions: readonly number[]): Region {
  return positions.length > 0 ? `t:${[...positions].sort((a, b) => a - b).join()}` : null;
}
