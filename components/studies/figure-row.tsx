import { formatScore, formatShare, formatValue } from "@/lib/features/format";
import type { StudyShown } from "@/lib/studies/schema";
import { MiniBar } from "../viz/mini-bar";

type Figure = StudyShown["figures"][number];

/** One figure with its interval and, as a mark on the bar, what the control gives. */
export function FigureRow({ figure }: { figure: Figure }) {
  const { label, value, lo, hi, n, control, unit } = figure;
  const words = (x: number | null) =>
    unit === "share"
      ? formatShare(x)
      : unit === "seconds"
        ? `${formatValue(x)} s`
        : unit === "correlation"
          ? formatScore(x)
          : formatValue(x);
  return (
    <li className="grid gap-x-4 gap-y-1 py-2 text-sm sm:grid-cols-[minmax(0,1fr)_16rem]">
      <span>{label}</span>
      <span className="nums">
        <span className="flex justify-between gap-2">
          <span>
            <strong className="font-semibold">{words(value)}</strong>
            {lo !== null && hi !== null && (
              <span className="ml-1 text-ink-faint">
                {words(lo)} – {words(hi)}
              </span>
            )}
          </span>
          <span className="text-ink-faint">n {n}</span>
        </span>
        {(unit === "share" || unit === "correlation") && value !== null && (
          <MiniBar value={Math.max(0, value)} control={control} lo={lo} hi={hi} />
        )}
        {control !== null && <span className="text-2xs text-ink-faint">control {words(control)}</span>}
      </span>
    </li>
  );
}
