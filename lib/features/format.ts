/** Display helpers: the same number reads the same on every page. Browser safe. */

/** Three significant digits at most, without exponents in the usual range: 8.12, 0.031, 412. */
export function formatValue(x: number | null | undefined): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 100) return Math.round(x).toLocaleString("en");
  if (size >= 10) return x.toFixed(1);
  if (size >= 1) return x.toFixed(2);
  if (size >= 0.01) return x.toFixed(3).replace(/0$/, "");
  return x.toExponential(1);
}

/** A share as per cent with at least two significant digits: 0.91 %, 12 %, 0.004 %. */
export function formatShare(x: number | null | undefined): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–";
  const percent = 100 * x;
  if (percent === 0) return "0 %";
  if (percent >= 10) return `${Math.round(percent)} %`;
  if (percent >= 0.1) return `${percent.toFixed(percent >= 1 ? 1 : 2)} %`;
  if (percent >= 0.001) return `${percent.toFixed(3)} %`;
  return `${percent.toExponential(0)} %`;
}

/** A score in [-1, 1] as ".93", "-.04"; 1 stays "1.00". */
export function formatScore(x: number | null | undefined): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–";
  return x
    .toFixed(2)
    .replace(/^-(?=0\.00)/, "")
    .replace(/^(-?)0/, "$1");
}

/** 8192 as "8,192". */
export function formatCount(n: number | null | undefined): string {
  return n === null || n === undefined ? "–" : n.toLocaleString("en");
}

/** "1 feature", "2 features". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

const STATUS_WORDS: Record<string, string> = {
  dead: "never fires",
  too_rare: "too rare to explain",
  pending: "not explained yet",
  declined: "declined: no answer had support",
  unparsed: "the explainer's reply could not be read",
  failed: "explaining failed",
  skipped: "skipped",
};

/** What to show where a label would be, when there is none. */
export function statusWords(status: string): string {
  return STATUS_WORDS[status] ?? status;
}

/** Milliseconds as "48 s", "3 min", "1 h 5 min". */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return "–";
  const s = Math.round(ms / 1000);
  if (s < 1) return `${Math.round(ms)} ms`;
  if (s < 90) return `${s} s`;
  const min = Math.round(s / 60);
  return min < 60 ? `${min} min` : `${Math.floor(min / 60)} h ${min % 60} min`;
}

/** A label in quotation marks; those that it has itself become single ones. */
export function quoted(label: string): string {
  return `“${label.replaceAll("“", "‘").replaceAll("”", "’")}”`;
}
