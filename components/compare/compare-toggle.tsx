import { cx } from "../ui/class-names";

/**
 * Puts a feature of a list into the compare tray, or takes it out. No script of its own: the tray listens for
 * `data-compare`. Shown on pointing and focus over the end of the numbers, never over a picture; always, and in its own
 * place, where there is no pointer to hover with, unless the row is too slim.
 */
export function CompareToggle({ refName, name, slim }: { refName: string; name: string; slim?: boolean }) {
  return (
    <button
      type="button"
      data-compare={refName}
      aria-label={`Compare ${name}`}
      title="Put aside to compare, or take back (c)"
      className={cx(
        "absolute right-1 grid size-8 place-items-center rounded-lg border border-line bg-panel text-ink-soft text-sm opacity-0 shadow-sm hover:text-ink focus-visible:opacity-100 group-hover:opacity-100",
        slim
          ? "top-1 pointer-coarse:hidden"
          : "bottom-1 pointer-coarse:size-11 pointer-coarse:border-0 pointer-coarse:bg-transparent pointer-coarse:opacity-100 pointer-coarse:shadow-none",
      )}
    >
      <span aria-hidden="true">⇄</span>
    </button>
  );
}
