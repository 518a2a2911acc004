"use client";
import { type ReactNode, useMemo, useState } from "react";
import { saeRef } from "@/lib/trace/causes/format";
import { type DeskState, modelOf } from "@/lib/trace/desk/format";
import { answerOf } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";
import type { ImageSize } from "@/lib/trace/types";
import { useRows } from "../lab/use-rows";
import { cx } from "../ui/class-names";
import { Empty } from "../ui/note";
import { Segmented } from "../ui/segmented";
import { Agreement } from "./agreement";
import { CausePanel } from "./cause-panel";
import { GainList } from "./gain-list";
import { GapHeader } from "./gap-header";
import { Removal } from "./removal";
import { WherePanel } from "./where-panel";

interface Props {
  result: TraceResult;
  /** What was asked for. */
  state: DeskState;
  size: ImageSize | null;
  /** Right end of the head: links of the page around it. */
  aside?: ReactNode;
}

const TABS = [
  { value: "where", label: "Where" },
  { value: "causes", label: "Causes" },
  { value: "gains", label: "Gains" },
  { value: "checks", label: "Checks" },
] as const;
type Tab = (typeof TABS)[number]["value"];

/** What a trace found: where, which features, what silent ones would do, and how far the estimates can be trusted. */
export function TraceResultView({ result, state, size, aside }: Props) {
  const model = modelOf(state);
  const compared = useMemo(() => withAnswers(state, result), [state, result]);
  const [siteName, setSite] = useState(result.sites[0]?.sae ?? "");
  const [tab, setTab] = useState<Tab>("where");
  const [marked, setMarked] = useState<readonly number[]>([]);
  const site = result.sites.find(({ sae }) => sae === siteName) ?? result.sites[0];
  const at = site ? saeRef(model, site.sae) : "";
  const indices = useMemo(() => featuresOf(result, model, at), [result, model, at]);
  const rows = useRows(at, indices);
  const strips = useMemo(() => new Map([...rows].map(([index, { strip }]) => [index, strip])), [rows]);
  const on = (name: Tab) => cx("min-w-0", tab !== name && "max-lg:hidden");
  return (
    <div className="flex flex-col gap-4">
      <GapHeader result={result} aside={aside} />
      {result.notice && (
        <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn" role="note">
          {result.notice}
        </p>
      )}
      {result.sites.length > 1 && site && (
        <Segmented
          label="Site"
          value={site.sae}
          onChange={setSite}
          className="max-w-full self-start overflow-x-auto"
          segments={result.sites.map(({ sae, site: name }) => ({
            value: sae,
            label: sae.split("/").at(-1) as string,
            title: name,
          }))}
        />
      )}
      <Segmented
        label="Part of the result"
        value={tab}
        onChange={setTab}
        segments={TABS}
        className="self-start lg:hidden"
      />
      {site ? (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,22rem)_minmax(0,1fr)] xl:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-4 lg:[@media(min-height:54rem)]:sticky lg:[@media(min-height:54rem)]:top-18">
            <div className={on("where")}>
              <WherePanel result={result} site={site} state={state} size={size} marked={marked} />
            </div>
            <div className={on("checks")}>
              <Removal result={result} site={site} />
            </div>
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <div className={on("causes")}>
              <CausePanel result={result} site={site} state={compared} strips={strips} onMark={setMarked} />
            </div>
            <div className={on("gains")}>
              <GainList result={result} site={site} state={compared} strips={strips} />
            </div>
            <div className={on("checks")}>
              <Agreement result={result} model={model} site={site} />
            </div>
          </div>
        </div>
      ) : (
        <Empty title="No site was traced" />
      )}
    </div>
  );
}

/** Numbers of all features of one SAE that the result names. */
function featuresOf(result: TraceResult, model: string, at: string): number[] {
  const named = [...result.causes, ...result.gains].filter(({ sae, ref }) => ref !== null && saeRef(model, sae) === at);
  return [...new Set(named.map(({ ref }) => Number(ref?.split("/").at(-1))))];
}

/** The set-up with the answers that were really compared, also where the model proposed them. */
function withAnswers(state: DeskState, { answer, against }: TraceResult): DeskState {
  const named = ({ text, ids }: TraceResult["answer"]) =>
    ids.length === 1 ? answerOf({ id: ids[0] as number, token: text }) : text.trim();
  return { ...state, answer: state.answer || named(answer), against: state.against || named(against) };
}
