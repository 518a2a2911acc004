import type { ReactNode } from "react";
import { stackDots } from "@/lib/steering/fix/result/format";
import { cx } from "../ui/class-names";

/** Dots in a pile before the next pile beside it begins, and their distance in pixels. */
const HIGH = 4;
const STEP = 7;

interface Props {
  name: string;
  /** In [0, 1]. */
  rates: readonly number[];
  lo?: number | null;
  hi?: number | null;
  ours?: boolean;
  /** The same in words. */
  children: ReactNode;
}

/** One row of a strip plot: a dot for each rate, equal ones piled up, from 0 to 100 per cent. */
export function StripRow({ name, rates, lo, hi, ours, children }: Props) {
  const dots = stackDots(rates);
  const piled = Math.min(HIGH, 1 + Math.max(0, ...dots.map(({ level }) => level)));
  const left = (x: number) => `${100 * x}%`;
  return (
    <div>
      <p className="nums flex flex-wrap justify-between gap-x-3 text-xs">
        <span className={ours ? "font-medium" : "text-ink-soft"}>{name}</span>
        <span className={ours ? "font-medium" : "text-ink-faint"}>{children}</span>
      </p>
      <div className="mt-0.5 rounded-md bg-sunken px-2 py-1" aria-hidden="true">
        <div className="relative" style={{ height: piled * STEP + 2 }}>
          {lo !== null && lo !== undefined && hi !== null && hi !== undefined && (
            <span
              className="absolute top-1/2 h-px bg-ink"
              style={{ left: left(lo), width: `calc(${left(hi)} - ${left(lo)})` }}
            />
          )}
          {dots.map(({ rate, level }, i) => {
            const beside = Math.floor(level / HIGH) * STEP * (rate > 0.5 ? -1 : 1);
            return (
              <span
                key={i}
                className={cx(
                  "absolute -ml-[3px] rounded-full",
                  ours ? "-mb-px size-2 bg-accent" : "size-1.5 bg-ink-faint/70",
                )}
                style={{ left: `calc(${left(rate)} + ${beside}px)`, bottom: (level % HIGH) * STEP + 1 }}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
