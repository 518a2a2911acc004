import type { StepStats } from "@/lib/sae/train/step";
import type { Matrix } from "@/lib/tensor/matrix";

/** One line of train.jsonl: means over the steps since the last line, in normalised units. */
export interface CurvePoint {
  step: number; // steps done
  rows: number; // rows seen
  lr: number;
  loss: number;
  reconstruction: number;
  aux: number; // AuxK term before its weight
  fvu: number; // sum|e|^2 / sum|x - mean|^2 over the rows of the interval
  l0: number;
  dead: number; // share of latents dead by the AuxK rule
  penalty: number; // L0 or L1 term, 0 where the architecture has none
  gradNorm: number;
  rowsPerSecond: number;
  heldOut?: EarlyFigures; // where held-out rows were looked at
}

/** What some held-out rows say while training goes on. */
export interface EarlyFigures {
  rows: number;
  fvu: number | null;
  l0: number | null;
}

/** Float64 sums of a logging interval; part of a checkpoint, so that a resumed log continues exactly. */
export interface Interval {
  steps: number;
  rows: number;
  loss: number;
  reconstruction: number;
  aux: number;
  penalty: number;
  errorSquares: number;
  active: number;
  gradNorm: number;
  p: number; // sum |x - shift|^2
  a: Float64Array; // [d] sum (x - shift)
}

export function emptyInterval(d: number): Interval {
  const losses = { loss: 0, reconstruction: 0, aux: 0, penalty: 0, errorSquares: 0 };
  return { steps: 0, rows: 0, ...losses, active: 0, gradNorm: 0, p: 0, a: new Float64Array(d) };
}

/** Adds a step: its figures, and the spread of its rows x around `shift`. */
export function addStep(interval: Interval, x: Matrix, shift: ArrayLike<number>, stats: StepStats): void {
  interval.steps++;
  interval.rows += stats.rows;
  for (const key of ["loss", "reconstruction", "aux", "penalty", "errorSquares", "active", "gradNorm"] as const) {
    interval[key] += stats[key];
  }
  const { a } = interval;
  let p = 0;
  for (let r = 0, t = 0; r < x.rows; r++) {
    for (let j = 0; j < x.cols; j++, t++) {
      const value = x.data[t]! - shift[j]!;
      a[j]! += value;
      p += value * value;
    }
  }
  interval.p += p;
}

/** Means of the interval as a log line. */
export function closeInterval(
  interval: Interval,
  at: { step: number; rows: number; lr: number; dead: number; seconds: number },
): CurvePoint {
  const { steps, rows } = interval;
  let spread = interval.p;
  for (const value of interval.a) spread -= value ** 2 / rows;
  return {
    step: at.step,
    rows: at.rows,
    lr: at.lr,
    loss: interval.loss / steps,
    reconstruction: interval.reconstruction / steps,
    aux: interval.aux / steps,
    penalty: interval.penalty / steps,
    fvu: spread > 0 ? interval.errorSquares / spread : 0,
    l0: interval.active / rows,
    dead: at.dead,
    gradNorm: interval.gradNorm / steps,
    rowsPerSecond: at.seconds > 0 ? Math.round(rows / at.seconds) : 0,
  };
}
