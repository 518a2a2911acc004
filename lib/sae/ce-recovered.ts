import { eachRow } from "@/lib/model/edits";
import type { Place, SiteEdit, TapInput, VisionLanguageModel } from "@/lib/model/types";
import {
  CE_ARMS,
  type CeArm,
  type CeReport,
  type CeScope,
  type CeSums,
  createCeSums,
  mergeCeSums,
  reportCe,
} from "@/lib/sae/ce-sums";
import { type ScoredToken, scoredTokens } from "@/lib/sae/ce-targets";
import { encode } from "@/lib/sae/encode";
import { decode, type Sae } from "@/lib/sae/sae";
import { type ExampleSource, groupOfPlace, isLeft, isTowerSite, type SiteMeans, siteMeans } from "@/lib/sae/site-means";
import { type Matrix, row } from "@/lib/tensor/matrix";

export interface MeasureCe {
  model: VisionLanguageModel;
  site: string;
  sae: Sae;
  examples: ExampleSource;
  /** Means over the evaluation rows; worked out over the examples when absent, which costs a pass up to the site. */
  mean?: SiteMeans;
  /** Sums of one example, as soon as it is measured. */
  onExample?: (sums: CeSums, done: number) => void;
  signal?: AbortSignal;
}

/**
 * How much of what a model knows passes through an SAE: the cross-entropy of teacher-forced text when the SAE's
 * reconstruction stands in the place of the hidden states at a site, beside that of the clean model and of two ablations,
 * zeros and the mean of the modality. Replaced at image tokens only, at all other tokens only, and everywhere; scored on
 * answer tokens and on all text tokens. Rows that activation stores flag (beginning of text, outliers) stay as they are in
 * every arm. The same examples in every arm; what lies below the site runs once an example, and memory holds one example.
 * @returns ratios of summed cross-entropies, float64, and the cross-entropies themselves; see CeReport.
 * @throws AppError INVALID_INPUT without examples, for an unknown site or an SAE of another width.
 */
export async function measureCe({ onExample, ...given }: MeasureCe): Promise<CeReport> {
  const { model, site, examples, signal } = given;
  const mean = given.mean ?? (await siteMeans(model, site, examples, signal ? { signal } : {}));
  const total = createCeSums();
  for await (const input of examples()) {
    signal?.throwIfAborted();
    const sums = await ceOfExample({ ...given, mean }, input);
    mergeCeSums(total, sums);
    onExample?.(sums, total.examples);
  }
  return reportCe(total);
}

interface Version {
  scope: CeScope;
  arm: CeArm;
  edits: readonly SiteEdit[];
}

/** Sums of one example: its clean run, then every arm in every scope that changes something. */
export async function ceOfExample(
  { model, site, sae, mean, signal }: Omit<MeasureCe, "examples" | "mean" | "onExample"> & { mean: SiteMeans },
  input: TapInput,
): Promise<CeSums> {
  const { tokens, scored } = scoredTokens(model, input);
  const sums = createCeSums();
  sums.examples = 1;
  if (scored.length === 0) return sums;
  const hasImage = tokens.some(({ kind }) => kind === "image");
  const scopes: CeScope[] = [
    ...(hasImage ? (["image"] as const) : []),
    ...(isTowerSite(site) ? [] : (["text"] as const)),
    "all",
  ];
  const replaced = replacements(site, sae, mean);
  const versions = scopes.flatMap((scope) =>
    CE_ARMS.map((arm): Version => ({ scope, arm, edits: [replaced(scope, arm)] })),
  );
  const from = scored[0]!.position - 1;
  const runs = model.versionLogits({
    ...input,
    versions: [[], ...versions.map(({ edits }) => edits)],
    from,
    ...(signal ? { signal } : {}),
  });
  let clean: LogProbs | undefined;
  let at = -1;
  for await (const logits of runs) {
    const found = logProbs(logits, scored, from);
    if (!clean) clean = found;
    else addArm(sums, versions[at]!, scored, clean, found);
    at++;
  }
  return sums;
}

/** Edits that put something else in the place of the rows of a scope. The reconstruction of an example is worked out once. */
function replacements(site: string, sae: Sae, mean: SiteMeans): (scope: CeScope, arm: CeArm) => SiteEdit {
  let explained: Promise<Matrix> | undefined;
  return (scope, arm) => ({
    site,
    async apply(hidden, places) {
      // The first edit that runs sees the clean hidden states, which are the same in all versions.
      if (arm === "sae") explained ??= encode(hidden, sae).then((codes) => decode(codes, sae));
      const by = arm === "sae" ? await explained : undefined;
      eachRow(hidden, places, (h, place, r) => {
        if (!within(scope, place) || isLeft(site, mean, place, h)) return;
        if (by) h.set(row(by, r));
        else if (arm === "zero") h.fill(0);
        else h.set(mean[groupOfPlace(place)] ?? h);
      });
    },
  });
}

const within = (scope: CeScope, place: Place): boolean => scope === "all" || scope === groupOfPlace(place);

/** Log-probabilities of the whole vocabulary before each scored token: logits, and what to take from them. */
interface LogProbs {
  logits: Float32Array[]; // [scored][vocab]
  norm: Float64Array; // [scored] log of the sum of exponentials
}

function logProbs(logits: Matrix, scored: readonly ScoredToken[], from: number): LogProbs {
  const rows = scored.map(({ position }) => row(logits, position - 1 - from));
  return { logits: rows, norm: Float64Array.from(rows, logSumExp) };
}

/** log sum exp of a row in float64. */
export function logSumExp(values: Float32Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i]! > top) top = values[i]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - top);
  return top + Math.log(sum);
}

function addArm(
  sums: CeSums,
  { scope, arm }: Version,
  scored: readonly ScoredToken[],
  clean: LogProbs,
  other: LogProbs,
): void {
  for (const [t, { id, answer }] of scored.entries()) {
    const [p, q] = [clean.logits[t]!, other.logits[t]!];
    const [pNorm, qNorm] = [clean.norm[t]!, other.norm[t]!];
    let kl = qNorm - pNorm;
    for (let v = 0; v < p.length; v++) kl += Math.exp(p[v]! - pNorm) * (p[v]! - q[v]!);
    for (const target of answer ? (["answer", "text"] as const) : (["text"] as const)) {
      const cell = sums.cells[scope][target];
      if (arm === "sae") {
        cell.tokens++;
        cell.clean += pNorm - p[id]!;
      }
      cell.ce[arm] += qNorm - q[id]!;
      cell.kl[arm] += kl;
    }
  }
}
