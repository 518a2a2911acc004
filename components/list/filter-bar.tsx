"use client";
import type { Selection } from "@/lib/features/columns/format";
import { axisOf, type Indexed } from "@/lib/features/columns/query/format";
import { formatScore, formatShare, formatValue, statusWords } from "@/lib/features/format";
import { STATUSES } from "@/lib/features/list/format";
import { cx } from "../ui/class-names";
import { RangeFilter } from "./range-filter";

interface Props {
  query: URLSearchParams;
  facets: Record<string, Record<string, number>> | undefined;
  /** Features by value of each column under the other filters, once they are known. */
  histograms: Selection["histograms"] | undefined;
  maxValue: number;
  set: (name: string, value: string, history?: "push" | "replace") => void;
}

interface Column {
  name: Indexed;
  label: string;
  format: (value: number) => string;
}

const COLUMNS: readonly Column[] = [
  { name: "density", label: "density", format: formatShare },
  { name: "max", label: "max", format: formatValue },
  { name: "detection", label: "detection", format: formatScore },
  { name: "localisation", label: "localisation", format: formatScore },
  { name: "crossModal", label: "cross-modal", format: formatScore },
  { name: "human", label: "human", format: formatScore },
  { name: "disagreement", label: "disagreement", format: formatShare },
  { name: "imageShare", label: "image share", format: formatShare },
];

/** Sliders and choices that narrow the list; each change is local and goes into the address. */
export function FilterBar({ query, facets, histograms, maxValue, set }: Props) {
  const of = (name: string) => query.get(name) ?? "";
  // A column that nothing has a value of is left out, unless it is being filtered by; disagreement is for those who look at it.
  const shown = COLUMNS.filter(({ name }) => {
    if (of(name)) return true;
    if (name === "disagreement") return of("sort").endsWith(name);
    return histograms ? histograms[name].some(Boolean) : name !== "human";
  });
  return (
    <div className="flex flex-col gap-4">
      {shown.map(({ name, label, format }) => {
        const { lo, hi, log } = axisOf(name, maxValue);
        return (
          <RangeFilter
            key={name}
            label={label}
            value={of(name)}
            min={lo}
            max={hi}
            log={log}
            bars={histograms?.[name]}
            format={format}
            onChange={(value, history) => set(name, value, history)}
          />
        );
      })}
      <Choices
        title="kind"
        values={Object.keys(facets?.kind ?? {})}
        counts={facets?.kind}
        chosen={of("kind")}
        onChange={(v) => set("kind", v)}
      />
      <Choices
        title="status"
        values={STATUSES.filter((s) => facets?.status?.[s] || of("status").includes(s))}
        counts={facets?.status}
        chosen={of("status")}
        words={statusName}
        onChange={(v) => set("status", v)}
      />
      <label className="flex items-center gap-2 text-xs text-ink-soft">
        <input
          type="checkbox"
          checked={of("flags").includes("-position")}
          onChange={(e) => set("flags", e.target.checked ? "-position,-always_on" : "")}
        />
        hide flagged (position, always on)
      </label>
    </div>
  );
}

function statusName(status: string): string {
  return (
    { explained: "explained", too_rare: "too rare", pending: "not explained yet", declined: "declined" }[status] ??
    statusWords(status).split(":")[0] ??
    status
  );
}

interface ChoicesProps {
  title: string;
  values: readonly string[];
  counts: Record<string, number> | undefined;
  chosen: string;
  words?: (value: string) => string;
  onChange: (value: string) => void;
}

/** Values of a column as toggles with their counts; none chosen means all. */
export function Choices({ title, values, counts, chosen, words = (v) => v, onChange }: ChoicesProps) {
  const on = new Set(chosen.split(",").filter(Boolean));
  if (values.length === 0) return null;
  const toggle = (value: string) => {
    const next = new Set([...on].filter((v) => !v.startsWith("-")));
    if (!next.delete(value)) next.add(value);
    onChange([...next].join(","));
  };
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs text-ink-soft">{title}</legend>
      <div className="flex flex-wrap gap-1.5">
        {values.map((value) => (
          <button
            key={value}
            type="button"
            aria-pressed={on.has(value)}
            onClick={() => toggle(value)}
            className={cx(
              "nums min-h-7 rounded-full border px-2.5 text-xs transition-colors pointer-coarse:min-h-10",
              on.has(value)
                ? "border-accent bg-accent-soft text-accent"
                : "border-line text-ink-soft hover:border-line-strong",
            )}
          >
            {words(value)} <span className="text-ink-faint">{counts?.[value]?.toLocaleString("en") ?? 0}</span>
          </button>
        ))}
      </div>
    </fieldset>
  );
}
