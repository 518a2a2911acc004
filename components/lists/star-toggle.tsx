"use client";
import { buttonClass } from "../ui/button";
import { cx } from "../ui/class-names";
import { useStarred } from "./starred";

interface Props {
  refName: string;
  name: string;
  slim?: boolean;
}

/**
 * The star of a feature of a list: always shown where it is starred, else on pointing and focus. Pressing it is heard by the
 * dock, by `data-star`.
 */
export function StarToggle({ refName, name, slim }: Props) {
  const on = useStarred(refName);
  return (
    <button
      type="button"
      data-star={refName}
      aria-pressed={on}
      aria-label={`Star ${name}`}
      title="Star, or take the star back (Shift x)"
      className={cx(
        "absolute right-10 grid size-8 place-items-center rounded-lg border border-line bg-panel text-sm shadow-sm hover:text-ink focus-visible:opacity-100 group-hover:opacity-100 pointer-coarse:right-12",
        on ? "text-warn" : "text-ink-soft opacity-0",
        slim
          ? "top-1 pointer-coarse:hidden"
          : "bottom-1 pointer-coarse:size-11 pointer-coarse:border-0 pointer-coarse:bg-transparent pointer-coarse:opacity-100 pointer-coarse:shadow-none",
      )}
    >
      <span aria-hidden="true">{on ? "★" : "☆"}</span>
    </button>
  );
}

/** The star in a feature's header. */
export function StarButton({ feature }: { feature: string }) {
  const on = useStarred(feature);
  return (
    <button
      type="button"
      data-star={feature}
      aria-pressed={on}
      aria-label="Star this feature"
      title="Star, or take the star back (Shift x)"
      data-key="X"
      data-key-label="star, or take the star back"
      className={buttonClass("outline", on ? "text-warn" : "text-ink-soft")}
    >
      <span aria-hidden="true">{on ? "★" : "☆"}</span>
    </button>
  );
}
