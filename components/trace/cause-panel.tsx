"use client";
import { useMemo, useState } from "react";
import { counted } from "@/lib/features/format";
import {
  type CauseSign,
  type CauseSource,
  type CauseView,
  causeRows,
  saeRef,
  tokensAt,
} from "@/lib/trace/causes/format";
import { type DeskState, modelOf, searchAddress } from "@/lib/trace/desk/format";
import type { TraceSite } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";
import { Button } from "../ui/button";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { Segmented } from "../ui/segmented";
import { CauseTable } from "./cause-table";

const SOURCES: { value: CauseSource; label: string; title?: string }[] = [
  { value: "all", label: "All" },
  { value: "image", label: "Image" },
  { value: "question", label: "Question" },
  { value: "special", label: "Special", title: "marks of the chat format" },
];
const SIGNS: { value: CauseSign; label: string; title: string }[] = [
  { value: "all", label: "±", title: "both signs" },
  { value: "supports", label: "+", title: "supports the answer" },
  { value: "opposes", label: "−", title: "opposes the answer" },
];
const AT_ONCE = 25;

interface Props {
  result: TraceResult;
  site: TraceSite;
  state: DeskState;
  strips: ReadonlyMap<number, string | null>;
  onMark: (positions: readonly number[]) => void;
}

/** Features that made the answer, with what the model does without each of them. */
export function CausePanel({ result, site, state, strips, onMark }: Props) {
  const model = modelOf(state);
  const [view, setView] = useState<CauseView>({ source: "all", sign: "all", sort: "estimate", grouped: false });
  const [most, setMost] = useState(AT_ONCE);
  const rows = useMemo(() => causeRows(result, model, site, view), [result, model, site, view]);
  const tokens = useMemo(() => tokensAt(result, site), [result, site]);
  const set = (changed: Partial<CauseView>) => {
    setView({ ...view, ...changed });
    setMost(AT_ONCE);
  };
  return (
    <Panel title="Causes" aside={<span className="nums">{counted(rows.length, "row")}</span>}>
      <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-2">
        <Segmented label="Source" value={view.source} segments={SOURCES} onChange={(source) => set({ source })} />
        <Segmented label="Sign" value={view.sign} segments={SIGNS} onChange={(sign) => set({ sign })} />
        <label className="inline-flex min-h-8 items-center gap-2 text-ink-soft text-sm">
          <input
            type="checkbox"
            checked={view.grouped}
            onChange={(event) => set({ grouped: event.target.checked })}
            className="accent-accent"
          />
          one row per feature
        </label>
        <Link
          href={searchAddress(state, saeRef(model, site.sae), result.gap >= 0)}
          className="rounded py-1 text-accent text-sm underline underline-offset-2 sm:ml-auto"
        >
          Search the smallest fix
        </Link>
      </div>
      <CauseTable
        rows={rows.slice(0, most)}
        view={view}
        onSort={(sort) => set({ sort })}
        tokens={tokens}
        cols={result.geometry?.cols ?? 0}
        {...{ state, strips, onMark }}
      />
      {rows.length > most && (
        <Button className="mt-3" onClick={() => setMost(4 * most)}>
          Show more of {counted(rows.length, "row")}
        </Button>
      )}
    </Panel>
  );
}
