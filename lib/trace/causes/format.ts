/** Causes as rows of a table: grouped, filtered, sorted, with words for where they lie. Browser safe and free of zod. */
import { sum } from "@/lib/tensor/stats";
import { readableToken, type TraceSite, type TraceToken } from "../format";
import type { Cause, Gain, TraceResult } from "../schema";

export type CauseSource = "all" | "image" | "question" | "special";
export type CauseSign = "all" | "supports" | "opposes";
export type CauseSort = "estimate" | "ablated";

export interface CauseView {
  source: CauseSource;
  sign: CauseSign;
  sort: CauseSort;
  /** One row per feature, its positions summed. */
  grouped: boolean;
}

/** One feature at one position, one feature at all of its positions, or what the SAE leaves unexplained. */
export interface CauseRow {
  key: string;
  /** `model/sae/index`; null for the SAE error. */
  ref: string | null;
  index: number | null;
  label: string | null;
  /** Positions, strongest first; empty for all. */
  positions: number[];
  estimate: number;
  /** Null where any part of it was not run. */
  ablated: number | null;
  /** Activation at the one position; null for sums. */
  activation: number | null;
}

/** An SAE's name with its model's, whichever way it was written. */
export function saeRef(model: string, sae: string): string {
  return sae.includes("/") ? sae : `${model}/${sae}`;
}

/** A feature's full name, from `index`, `sae/index` or `model/sae/index`. */
export function featureRef(model: string, { sae, ref }: Pick<Gain, "sae" | "ref">): string {
  return `${saeRef(model, sae)}/${ref.split("/").at(-1)}`;
}

/**
 * The tokens that a site's positions count: those of the conversation, or, where the site lies in the vision tower, one for each
 * of its own, cells of the image if there are as many.
 */
export function tokensAt({ tokens, geometry }: TraceResult, { perToken }: TraceSite): readonly TraceToken[] {
  if (perToken.length === tokens.length) return tokens;
  const gridded = geometry !== null && perToken.length === geometry.rows * geometry.cols;
  return perToken.map((_, i) => ({ id: -1, text: "patch", kind: "image", ...(gridded ? { cell: i } : {}) }));
}

/** Rows of one site as they are to be shown. The SAE error is one row, which no filter hides. */
export function causeRows(result: TraceResult, model: string, site: TraceSite, view: CauseView): CauseRow[] {
  const at = saeRef(model, site.sae);
  const here = result.causes.filter((cause) => saeRef(model, cause.sae) === at);
  const tokens = tokensAt(result, site);
  const wanted = here.filter((c) => c.ref !== null && (view.source === "all" || sourceOf(tokens, c) === view.source));
  const single = wanted.map((cause) => rowOf(model, cause));
  const rows = (view.grouped ? grouped(single) : single).filter(
    ({ estimate }) => view.sign === "all" || (view.sign === "supports" ? estimate > 0 : estimate < 0),
  );
  const errors = here.filter((cause) => cause.ref === null);
  return sorted([...rows, errorRow(site, errors)], view.sort);
}

function sourceOf(tokens: readonly TraceToken[], { position }: Cause): CauseSource {
  const kind = tokens[position]?.kind;
  return kind === "image" ? "image" : kind === "text" ? "question" : "special";
}

function rowOf(model: string, cause: Cause): CauseRow {
  const ref = featureRef(model, { sae: cause.sae, ref: cause.ref as string });
  return {
    key: `${ref}@${cause.position}`,
    ref,
    index: Number(ref.split("/").at(-1)),
    label: cause.label,
    positions: [cause.position],
    estimate: cause.estimate,
    ablated: cause.ablated,
    activation: cause.activation,
  };
}

function grouped(rows: readonly CauseRow[]): CauseRow[] {
  const groups = new Map<string, CauseRow[]>();
  for (const row of rows) {
    const group = groups.get(row.ref as string);
    if (group) group.push(row);
    else groups.set(row.ref as string, [row]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [CauseRow];
    if (group.length === 1) return first;
    const strongest = [...group].sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate));
    return {
      ...first,
      key: first.ref as string,
      positions: strongest.flatMap(({ positions }) => positions),
      estimate: sum(group.map(({ estimate }) => estimate)),
      ablated: sumOrNull(group.map(({ ablated }) => ablated)),
      activation: null,
    };
  });
}

/** The error over all tokens; it was run only if it was run as a whole. */
function errorRow(site: TraceSite, causes: readonly Cause[]): CauseRow {
  const whole = causes.length === 1 ? causes[0] : undefined;
  const asWhole = whole && Math.abs(whole.estimate - site.error) <= 1e-3 * Math.max(1e-6, Math.abs(site.error));
  return {
    key: `${site.sae} error`,
    ...{ ref: null, index: null, label: null, positions: [], activation: null },
    estimate: site.error,
    ablated: asWhole ? whole.ablated : null,
  };
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : sum(values as number[]);
}

/** Largest effect first; what was not run comes last when sorted by it. */
function sorted(rows: CauseRow[], by: CauseSort): CauseRow[] {
  const size = ({ estimate, ablated }: CauseRow) =>
    by === "estimate" ? Math.abs(estimate) : ablated === null ? -1 : Math.abs(ablated);
  return rows.sort((a, b) => size(b) - size(a));
}

/** Words for where a cause lies: “ chile”, "row 5, column 7", "12 patches, 1 token", "all tokens". */
export function whereWords(positions: readonly number[], tokens: readonly TraceToken[], cols: number): string {
  if (positions.length === 0) return "all tokens";
  if (positions.length === 1) return placeOf(tokens[positions[0] as number], cols);
  const patches = positions.filter((p) => tokens[p]?.kind === "image").length;
  const rest = positions.length - patches;
  const said = [];
  if (patches > 0) said.push(patches === 1 ? "1 patch" : `${patches} patches`);
  if (rest > 0) said.push(rest === 1 ? "1 token" : `${rest} tokens`);
  return said.join(", ");
}

function placeOf(token: TraceToken | undefined, cols: number): string {
  if (!token) return "–";
  if (token.kind !== "image") return `“${readableToken(token.text).trim() || token.text}”`;
  if (token.cell === undefined || cols === 0) return "image";
  return `row ${Math.floor(token.cell / cols) + 1}, column ${(token.cell % cols) + 1}`;
}
