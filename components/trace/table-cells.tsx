import { formatSigned } from "@/lib/trace/format";
import { Link } from "../ui/link";
import { SignedBar } from "../viz/signed-bar";

/** Strength at which the steering desk starts, in units of the feature's own reference strength. */
export const TURN = 2;

/** Width of a column of figures. */
export const FIGURE_WIDTH = "w-[4.5rem] px-1.5 sm:w-32 sm:px-2";

/** A signed figure with its bar; null says that the model was not run for it. */
export function FigureCell({ value, most, mark }: { value: number | null; most: number; mark?: boolean }) {
  if (value === null) {
    return <td className="px-1.5 py-2 text-ink-faint text-xs leading-5 sm:px-2">not run</td>;
  }
  return (
    <td className="nums px-1.5 py-2 sm:px-2">
      <span className="mb-1 flex items-baseline gap-1.5">
        {formatSigned(value)}
        {mark && (
          <span
            className="rounded bg-warn-soft px-1 text-2xs text-warn"
            title="the estimate differs by half or in sign: believe this figure"
          >
            ≠<span className="sr-only"> differs from the estimate</span>
          </span>
        )}
      </span>
      <SignedBar value={value} most={most} />
    </td>
  );
}

/** A link to the steering desk that looks like a small button. */
export function TryLink({ href, does, name }: { href: string; does: string; name: string }) {
  return (
    <Link
      href={href}
      aria-label={`${does}: ${name}`}
      className="inline-flex min-h-7 items-center whitespace-nowrap rounded-md px-1.5 text-accent text-xs hover:bg-accent-soft pointer-coarse:min-h-11 pointer-coarse:px-2.5"
    >
      {does}
    </Link>
  );
}
