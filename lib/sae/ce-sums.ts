/** Where hidden states are replaced: at image tokens, at all other tokens, or at both. */
export const CE_SCOPES = ["image", "text", "all"] as const;
export type CeScope = (typeof CE_SCOPES)[number];

/** Which tokens are scored: those of answers, or all text. */
export const CE_TARGETS = ["answer", "text"] as const;
export type CeTarget = (typeof CE_TARGETS)[number];

/** What stands in the place of the hidden states: the SAE's reconstruction, zeros, or their mean. */
export const CE_ARMS = ["sae", "zero", "mean"] as const;
export type CeArm = (typeof CE_ARMS)[number];

/** Float64 sums over scored tokens, in nats; mergeable by addition. `kl` is of the clean model's distribution to the arm's. */
export interface CeCell {
  tokens: number;
  clean: number; // sum of cross-entropies -log p(target)
  ce: Record<CeArm, number>;
  kl: Record<CeArm, number>; // sum of KL(clean, arm) over the whole vocabulary
}

export interface CeSums {
  examples: number;
  cells: Record<CeScope, Record<CeTarget, CeCell>>;
}

const perArm = (): Record<CeArm, number> => ({ sae: 0, zero: 0, mean: 0 });
const cell = (): CeCell => ({ tokens: 0, clean: 0, ce: perArm(), kl: perArm() });
const perTarget = () => ({ answer: cell(), text: cell() });

export function createCeSums(): CeSums {
  return { examples: 0, cells: { image: perTarget(), text: perTarget(), all: perTarget() } };
}

/** Adds the sums of other examples. */
export function mergeCeSums(into: CeSums, other: CeSums): void {
  into.examples += other.examples;
  for (const scope of CE_SCOPES) {
    for (const target of CE_TARGETS) {
      const [to, from] = [into.cells[scope][target], other.cells[scope][target]];
      to.tokens += from.tokens;
      to.clean += from.clean;
      for (const arm of CE_ARMS) {
        to.ce[arm] += from.ce[arm];
        to.kl[arm] += from.kl[arm];
      }
    }
  }
}

/** Figures of one scope and one kind of target; cross-entropies and divergences are means per token, in nats. */
export interface CeFigures {
  tokens: number;
  ce: Record<"clean" | CeArm, number>;
  kl: Record<CeArm, number>;
  ce_recovered_zero: number | null; // (CE_sae - CE_zero) / (CE_clean - CE_zero)
  ce_recovered_mean: number | null; // the same against the mean
  kl_recovered_zero: number | null; // 1 - KL(clean, sae) / KL(clean, zero)
  kl_recovered_mean: number | null;
}

/** Figures where hidden states were replaced at images, at text, and at both; null where no token was scored so. */
export interface CeReport {
  examples: number;
  image: Record<CeTarget, CeFigures | null>;
  text: Record<CeTarget, CeFigures | null>;
  all: Record<CeTarget, CeFigures | null>;
}

export function reportCe({ examples, cells }: CeSums): CeReport {
  const of = (scope: CeScope) => ({
    answer: figures(cells[scope].answer),
    text: figures(cells[scope].text),
  });
  return { examples, image: of("image"), text: of("text"), all: of("all") };
}

/** Nats per token below which an ablation did no harm, so that there is nothing to recover. */
const HARM = 1e-6;

function figures({ tokens, clean, ce, kl }: CeCell): CeFigures | null {
  if (tokens === 0) return null;
  const mean = (sums: Record<CeArm, number>) => ({
    sae: sums.sae / tokens,
    zero: sums.zero / tokens,
    mean: sums.mean / tokens,
  });
  const ces = { clean: clean / tokens, ...mean(ce) };
  const kls = mean(kl);
  const ceRecovered = (arm: CeArm) =>
    ces[arm] - ces.clean > HARM ? (ces[arm] - ces.sae) / (ces[arm] - ces.clean) : null;
  const klRecovered = (arm: CeArm) => (kls[arm] > HARM ? 1 - kls.sae / kls[arm] : null);
  return {
    tokens,
    ce: ces,
    kl: kls,
    ce_recovered_zero: ceRecovered("zero"),
    ce_recovered_mean: ceRecovered("mean"),
    kl_recovered_zero: klRecovered("zero"),
    kl_recovered_mean: klRecovered("mean"),
  };
}
