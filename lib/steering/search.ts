/** A feature that is turned: added at a multiple of its reference strength, or what is there of it scaled. */
export interface Edit {
  feature: number;
  method: "add" | "scale";
  /** Multiple of the reference strength; of "scale" the factor, 0 to take the feature out. */
  strength: number;
  positions: "image" | "last" | "all";
}

export interface Cost {
  kl: number;
  changed: number;
}

/** What a search can ask. Gaps are log-probability of the unwanted minus that of the wanted answer: below 0 is solved. */
export interface SearchProblem {
  /** Gaps of every fit prompt under each list of edits, [lists][prompts]. */
  gaps(lists: readonly (readonly Edit[])[]): Promise<number[][]>;
  /** What each list changes on control prompts. */
  costs(lists: readonly (readonly Edit[])[]): Promise<Cost[]>;
  /** Where edits are tried, those that reach least first; of equally good ones the first is taken. */
  positions: readonly Edit["positions"][];
}

export interface Limits extends Cost {
  edits: number;
}

export interface Step extends Cost {
  edits: readonly Edit[];
  solved: number;
  /** Sum over the prompts of how far each is from being solved. */
  missing: number;
}

export interface Found {
  /** Every prompt is solved within the limits. */
  found: boolean;
  best: Step;
  curve: Step[];
}

/** What was just done. */
export type Stage = "checked" | "dosed" | "combined";

/** By how much the wanted answer has to win, in nats, to count as solved. */
export const MARGIN = 0.5;
const DOSES = [0.25, 0.5, 0.75, 1, 2, 4];
/** Factors of what is there: a culprit is taken out or turned round, what speaks against it is read up. */
const DOWN = [0, -1, -2, -4];
const UP = [2, 3, 5, 8];
/** Candidates that go on behind the first check. */
const KEPT = 8;
/** Single edits that go on to be put together: half of them those that leave least missing, half those that gain most for their cost. */
const COMBINED = 24;
/** Keeps a costless edit from dividing by nothing. */
const COST_FLOOR = 1e-3;

const solvedIn = (gaps: readonly number[]) => gaps.filter((gap) => gap <= -MARGIN).length;
const missingIn = (gaps: readonly number[]) => gaps.reduce((sum, gap) => sum + Math.max(0, gap + MARGIN), 0);

/**
 * Finds a small set of edits that solves all prompts within limits: checks every candidate by running it, tries several
 * doses of the best, adds edits greedily by what they gain for what they cost, drops what is not needed, and turns doses
 * down while all stays solved.
 * @param candidates from the gradient, most promising first, at dose 1.
 * @param progress called after each stage.
 */
export async function searchEdits(
  problem: SearchProblem,
  candidates: readonly Edit[],
  limits: Limits,
  progress: (stage: Stage) => void = () => {},
): Promise<Found> {
  const [plain] = await problem.gaps([[]]);
  const start: Step = { edits: [], solved: solvedIn(plain!), missing: missingIn(plain!), kl: 0, changed: 0 };
  if (candidates.length === 0 || start.missing === 0) {
    return { found: start.missing === 0, best: start, curve: [start] };
  }
  const singles = await problem.gaps(candidates.map((edit) => [edit]));
  progress("checked");
  const promising = candidates
    .map((edit, i) => ({ edit, missing: missingIn(singles[i]!) }))
    .filter(({ missing }) => missing < start.missing)
    .sort((a, b) => a.missing - b.missing)
    .slice(0, KEPT);
  const lists = promising.flatMap(({ edit }) => dosesOf(edit, problem.positions).map((one) => [one]));
  const dosed = await tryAll(problem, lists);
  progress("dosed");
  const within = ({ kl, changed }: Cost) => kl <= limits.kl && changed <= limits.changed;
  const options = promisingOf(start, dosed.filter(within));
  const curve = [start];
  let best = start;
  while (best.missing > 0 && best.edits.length < limits.edits) {
    const used = new Set(best.edits.map(({ feature }) => feature));
    const longer = options
      .map(({ edits: [edit] }) => edit!)
      .filter(({ feature }) => !used.has(feature))
      .map((edit) => [...best.edits, edit]);
    const tried = (best.edits.length === 0 ? options : await tryAll(problem, longer)).filter(within);
    const next = tried
      .filter((step) => step.missing < best.missing - 1e-6)
      .sort((a, b) => rank(best, b) - rank(best, a))[0];
    if (!next) break;
    best = next;
    curve.push(best);
    progress("combined");
  }
  if (best.missing === 0) best = await shrink(problem, await dropUnneeded(problem, best, within), within);
  if (best !== curve.at(-1)) curve.push(best);
  return { found: best.missing === 0 && within(best), best, curve };
}

/** What a step gains over another for what it costs more. */
function gainOf(from: Step, step: Step): number {
  return (from.missing - step.missing) / (Math.max(0, step.kl - from.kl) + COST_FLOOR);
}

/** What solves everything comes first, then what gains most for its cost. */
function rank(from: Step, step: Step): number {
  return step.missing === 0 ? 1e9 - step.kl : gainOf(from, step);
}

function promisingOf(start: Step, steps: readonly Step[]): Step[] {
  const least = [...steps].sort((a, b) => a.missing - b.missing).slice(0, COMBINED / 2);
  const cheapest = [...steps].sort((a, b) => gainOf(start, b) - gainOf(start, a)).slice(0, COMBINED / 2);
  return [...new Set([...least, ...cheapest])];
}

/** The same feature at other doses and places; a factor changes nothing where the feature is silent, so it acts everywhere. */
function dosesOf(edit: Edit, everywhere: readonly Edit["positions"][]): Edit[] {
  if (edit.method === "scale") return (edit.strength > 1 ? UP : DOWN).map((strength) => ({ ...edit, strength }));
  const sign = Math.sign(edit.strength);
  return everywhere.flatMap((positions) => DOSES.map((dose) => ({ ...edit, positions, strength: sign * dose })));
}

/** An edit at a multiple of what it does. */
function turned(edit: Edit, factor: number): Edit {
  const { method, strength } = edit;
  return { ...edit, strength: method === "scale" ? 1 + (strength - 1) * factor : strength * factor };
}

/** What lists of edits do and cost. */
async function tryAll(problem: SearchProblem, lists: readonly (readonly Edit[])[]): Promise<Step[]> {
  if (lists.length === 0) return [];
  const gaps = await problem.gaps(lists);
  const costs = await problem.costs(lists);
  return lists.map((edits, i) => ({ edits, solved: solvedIn(gaps[i]!), missing: missingIn(gaps[i]!), ...costs[i]! }));
}

/** Leaves out what the others can do alone, turned up a little if need be. */
async function dropUnneeded(problem: SearchProblem, best: Step, within: (cost: Cost) => boolean): Promise<Step> {
  let kept = best;
  for (const edit of best.edits) {
    const others = kept.edits.filter(({ feature }) => feature !== edit.feature);
    if (others.length === 0) break;
    const louder = [1, 1.5, 2, 3].map((factor) => others.map((one) => turned(one, factor)));
    const enough = (await tryAll(problem, louder)).find((step) => step.missing === 0 && within(step));
    if (enough) kept = enough;
  }
  return kept;
}

async function shrink(problem: SearchProblem, best: Step, within: (cost: Cost) => boolean): Promise<Step> {
  let kept = best;
  for (let i = 0; i < kept.edits.length; ) {
    const edits = kept.edits.map((edit, at) => (at === i ? turned(edit, 0.9) : edit));
    const { method, strength } = kept.edits[i]!;
    // Taken out is simpler than nearly taken out.
    const [smaller] = method === "scale" && strength === 0 ? [undefined] : await tryAll(problem, [edits]);
    if (smaller && smaller.missing === 0 && within(smaller)) kept = smaller;
    else i++;
  }
  return kept;
}
