"use client";
import { useState } from "react";
import { counted } from "@/lib/features/format";
import { featureRef, saeRef } from "@/lib/trace/causes/format";
import { type DeskState, modelOf, steerAddress } from "@/lib/trace/desk/format";
import { differs, type TraceSite } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";
import { FeatureName } from "../lab/feature-name";
import { Button } from "../ui/button";
import { Panel } from "../ui/panel";
import { FIGURE_WIDTH, FigureCell, TryLink, TURN } from "./table-cells";

const AT_FIRST = 8;

interface Props {
  result: TraceResult;
  site: TraceSite;
  state: DeskState;
  strips: ReadonlyMap<number, string | null>;
}

/** Features that are silent here and would change the gap if they were not: candidates for a repair. */
export function GainList({ result, site, state, strips }: Props) {
  const model = modelOf(state);
  const gains = result.gains.filter(({ sae }) => saeRef(model, sae) === saeRef(model, site.sae));
  const [all, setAll] = useState(false);
  const most = Math.max(1e-9, ...gains.flatMap((g) => [Math.abs(g.estimate), Math.abs(g.steered ?? 0)]));
  return (
    <Panel title="Gains" aside="silent here: change of the gap when added at their reference strength">
      {gains.length === 0 ? (
        <p className="text-ink-soft text-sm">No silent feature was found that would change the gap.</p>
      ) : (
        <table className="w-full table-fixed border-collapse text-sm">
          <caption className="sr-only">Silent features that would change the gap</caption>
          <thead>
            <tr className="border-line border-b text-left text-ink-faint text-xs">
              <th scope="col" className="py-1.5 pr-2 font-medium">
                feature
              </th>
              <th scope="col" className={`font-medium ${FIGURE_WIDTH}`}>
                estimate
              </th>
              <th scope="col" className={`font-medium ${FIGURE_WIDTH}`}>
                added
              </th>
              <th scope="col" className="w-24 max-sm:hidden">
                <span className="sr-only">try it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {(all ? gains : gains.slice(0, AT_FIRST)).map((gain) => {
              const feature = featureRef(model, gain);
              const index = Number(feature.split("/").at(-1));
              const steer = (
                <TryLink
                  href={steerAddress(state, feature, TURN, "add")}
                  does="steer this"
                  name={gain.label ?? `#${index}`}
                />
              );
              return (
                <tr key={feature} className="border-line border-b align-top last:border-b-0 hover:bg-sunken">
                  <th scope="row" className="py-2 pr-2 text-left font-normal">
                    <FeatureName feature={feature} label={gain.label} strip={strips.get(index) ?? null} />
                    <span className="-ml-1.5 inline-flex sm:hidden">{steer}</span>
                  </th>
                  <FigureCell value={gain.estimate} most={most} />
                  <FigureCell value={gain.steered} most={most} mark={differs(gain.estimate, gain.steered)} />
                  <td className="py-1.5 text-right max-sm:hidden">{steer}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {gains.length > AT_FIRST && !all && (
        <Button className="mt-3" onClick={() => setAll(true)}>
          Show all {counted(gains.length, "feature")}
        </Button>
      )}
    </Panel>
  );
}
