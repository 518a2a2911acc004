import { cx } from "../ui/class-names";

/**
 * Puts a feature of a list into the compare tray, or takes it out. No script of its own: the tray listens for
 * `data-compare`. Shown on pointing and focus; always where there is no pointer to hover with, unless the row is too slim.
 */
export function CompareToggle({ refName, name, slim }: { refName: string; name: string; slim?: boolean }) {
  return (
    <button
      type="button"
      data-compare={refName}
      aria-label={`Compare ${name}`}
      title="Put aside to compare, or take back (c)"
      className={cx(
        "absolute top-1 right-1 grid size-8 place-items-center rounded-lg border border-line bg-panel text-ink-soft text-sm opacity-0 shadow-sm hover:text-ink focus-visible:opacity-100 group-hover:opacity-100",
        slim ? "pointer-coarse:hidden" : "pointer-coarse:size-11 pointer-coarse:opacity-90",
      )}
    >
      <span aria-hidden="true">⇄</span>
    </button>
  );
}
