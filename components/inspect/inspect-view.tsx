"use client";
import { type ReactNode, useMemo, useState } from "react";
import { type InspectState, MOST_PINS } from "@/lib/inspect/desk/format";
import { sumShares } from "@/lib/inspect/explained/format";
import { positionsWhere } from "@/lib/inspect/region/format";
import type { InspectResult } from "@/lib/inspect/schema";
import { useRows } from "../lab/use-rows";
import { ErrorNote } from "../ui/error-note";
import { Segmented } from "../ui/segmented";
import { AnswerPanel } from "./answer-panel";
import { FeatureRows } from "./feature-rows";
import { ImagePanel } from "./image-panel";
import { TextPanel } from "./text-panel";
import { useCodes } from "./use-codes";
import { useLook } from "./use-look";

interface Props {
  result: InspectResult;
  state: InspectState;
  set: (changed: Partial<InspectState>, history?: "push" | "replace") => void;
  /** Links of the page around it. */
  aside?: ReactNode;
}

/** An inspected input: the image and the text to choose from, and the features that fire in what is chosen. */
export function InspectView({ result, state, set, aside }: Props) {
  const [saeName, setSae] = useState(state.in[0]);
  const sae = result.saes.find((s) => s.sae === saeName) ?? result.saes[0];
  const { codes, problem } = useCodes(sae?.codesUrl);
  const [cell, setCell] = useState<number | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const look = useLook(result, sae, codes, state);
  const wanted = useMemo(() => [...look.listed.map((h) => h.feature), ...state.pins], [look.listed, state.pins]);
  const rows = useRows(sae?.sae ?? "", wanted);
  if (!sae) return null;
  const nameOf = (feature: number) => rows.get(feature)?.label ?? look.labels.get(feature) ?? `#${feature}`;
  const pin = (feature: number) => {
    const pins = state.pins.includes(feature) ? state.pins.filter((f) => f !== feature) : [...state.pins, feature];
    set({ pins: pins.slice(-MOST_PINS) });
  };
  const ofImage = result.geometry !== null && state.modality !== "text";
  const within = positionsWhere(result, ofImage ? "image" : "text");
  const sumsOf = (feature: number) => codes && sumShares(codes, feature, within);
  const shared = { result, sae, codes, state, set, hovered, nameOf };
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(21rem,27rem)]">
      {/* On a phone the list follows what is pointed at; what the model says comes after it. */}
      <div className="flex min-w-0 flex-col gap-4 max-lg:contents">
        {problem && <ErrorNote detail={problem.message} />}
        {result.geometry && state.image && (
          <ImagePanel {...shared} sha={state.image} cell={cell} onCell={setCell} aside={aside} />
        )}
        <TextPanel
          {...shared}
          aside={state.image ? null : aside}
          className={result.geometry ? "max-lg:order-1" : undefined}
        />
        {result.answer && <AnswerPanel answer={result.answer} state={state} className="max-lg:order-1" />}
      </div>
      <div className="flex min-w-0 flex-col gap-3 lg:sticky lg:top-18">
        {result.saes.length > 1 && (
          <Segmented
            label="SAE"
            value={sae.sae}
            onChange={setSae}
            segments={result.saes.map((s) => ({ value: s.sae, label: s.sae.split("/")[1] as string, title: s.site }))}
          />
        )}
        <FeatureRows
          sae={sae}
          both={result.geometry !== null && result.tokens.some((t) => t.kind === "text")}
          look={look}
          rows={rows}
          state={state}
          set={set}
          onHover={setHovered}
          onPin={pin}
          nameOf={nameOf}
          sumsOf={sumsOf}
        />
      </div>
    </div>
  );
}
