"use client";
import { formatScore, formatShare, formatValue } from "@/lib/features/format";
import type { FeatureRow } from "@/lib/features/list/schema";
import { CompareToggle } from "../compare/compare-toggle";
import { StarToggle } from "../lists/star-toggle";
import { Link } from "../ui/link";
import { VirtualGrid } from "../ui/virtual-grid";
import { ContactStrip } from "../viz/contact-strip";
import { ModalityBar } from "../viz/mini-bar";
import { Name } from "./feature-card";
import { SaidLines } from "./said-lines";
import { Waiting } from "./waiting";

const ROW_HEIGHT = 58;
/** Columns leave one by one as the window narrows. */
const COLUMNS = "sm:grid-cols-[3.2rem_11.5rem_minmax(0,1fr)_4.5rem_4rem_4rem_5rem]";

type Item = FeatureRow | number;

export interface FeatureTableProps {
  items: ArrayLike<Item> & { slice(from: number, to: number): ArrayLike<Item> };
  /** Undefined while the row of an item is on its way. */
  rowOf: (item: Item) => FeatureRow | undefined;
  hrefOf: (index: number) => string;
  /** As in the address: a column, `-` for falling. */
  sort: string;
  onSort: (sort: string) => void;
  /** Rows show what every explainer says. */
  said: boolean;
  onNearEnd?: () => void;
  onRange?: (from: number, to: number) => void;
}

const indexOf = (item: Item) => (typeof item === "number" ? item : item.index);

/** Features as rows of a table; the heads sort. */
export function FeatureTable({ items, rowOf, hrefOf, sort, onSort, said, onNearEnd, onRange }: FeatureTableProps) {
  return (
    <>
      <TableHead sort={sort} onSort={onSort} />
      <VirtualGrid
        label="Features"
        items={items}
        keyOf={indexOf}
        rowHeight={ROW_HEIGHT + (said ? 36 : 0)}
        {...(onNearEnd ? { onNearEnd } : {})}
        {...(onRange ? { onRange } : {})}
        render={(item, i) => {
          const row = rowOf(item);
          const index = indexOf(item);
          return row ? <Row row={row} href={hrefOf(index)} eager={i < 8} said={said} /> : <Waiting index={index} />;
        }}
      />
    </>
  );
}

/** Heads that sort, with the way that is looked for first: the most, but the first number. */
const HEADS = [
  { by: "index", words: "#", name: "number", first: "index" },
  { words: "top images" },
  { by: "label", words: "label", name: "label", first: "label" },
  { by: "density", words: "density", name: "density", first: "-density" },
  { by: "max", words: "max", name: "maximum", first: "-max" },
  { by: "detection", words: "detect", name: "detection score", first: "-detection" },
  { by: "imageShare", words: "modality", name: "image share", first: "-imageShare" },
] as const;
const LEFT = ["top images", "label"];

function TableHead({ sort, onSort }: Pick<FeatureTableProps, "sort" | "onSort">) {
  return (
    <div
      className={`hidden items-center gap-3 border-line-strong border-b px-2 text-2xs text-ink-faint sm:grid ${COLUMNS}`}
    >
      {HEADS.map((head) => {
        if (!("by" in head)) return <span key={head.words}>{head.words}</span>;
        const { by, words, name, first } = head;
        const down = sort === `-${by}`;
        const on = down || sort === by;
        const opposite = down ? by : `-${by}`;
        return (
          <button
            key={words}
            type="button"
            onClick={() => onSort(on ? opposite : first)}
            aria-label={`Sort by ${name}${on ? `: now ${down ? "falling" : "rising"}` : ""}`}
            className={`min-h-8 rounded hover:text-ink pointer-coarse:min-h-11 ${LEFT.includes(words) ? "text-left" : "text-right"} ${on ? "font-semibold text-ink" : ""}`}
          >
            {words}
            {on && <span aria-hidden="true">{down ? " ↓" : " ↑"}</span>}
          </button>
        );
      })}
    </div>
  );
}

function Row({ row, href, eager, said }: { row: FeatureRow; href: string; eager: boolean; said: boolean }) {
  return (
    <div className="group relative h-full" data-ref={row.ref}>
      <Link
        href={href}
        className={`grid h-full grid-cols-[8.5rem_minmax(0,1fr)_auto] items-center gap-3 border-line border-b px-2 hover:bg-sunken ${COLUMNS}`}
      >
        <span className="nums hidden text-right text-xs text-ink-faint sm:block">{row.index}</span>
        <ContactStrip src={row.strip} eager={eager} />
        <span className="min-w-0">
          <span className="block truncate text-sm font-medium">
            <Name row={row} />
          </span>
          {said ? (
            <SaidLines row={row} className="mt-0.5" />
          ) : (
            <span className="block truncate text-2xs text-ink-faint">{row.kind ?? ""}</span>
          )}
        </span>
        <span className="nums hidden text-right text-xs text-ink-soft sm:block">{formatShare(row.density)}</span>
        <span className="nums hidden text-right text-xs text-ink-soft sm:block">{formatValue(row.max)}</span>
        <span className="nums text-right text-sm font-medium">{formatScore(row.scores.detection)}</span>
        <span className="hidden text-right sm:block">
          <ModalityBar imageShare={row.imageShare} className="w-16" />
        </span>
      </Link>
      <StarToggle slim refName={row.ref} name={row.label ?? `#${row.index}`} />
      <CompareToggle slim refName={row.ref} name={row.label ?? `#${row.index}`} />
    </div>
  );
}
