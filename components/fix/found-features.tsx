"use client";
import { useMemo } from "react";
import { METHOD_WORDS, signed, strengthOf } from "@/lib/steering/format";
import type { SearchParams, SearchResult } from "@/lib/steering/schema";
import { FeatureName } from "../lab/feature-name";
import { useRows } from "../lab/use-rows";
import { PART_WORDS } from "../steering/where-select";
import { Badge } from "../ui/badge";
import { Panel } from "../ui/panel";

/** The features that were found, how each is turned, how strongly, and where. */
export function FoundFeatures({ steering, params }: { steering: SearchResult["steering"]; params: SearchParams }) {
  const sae = `${params.model}/${params.in.split("/").at(-1)}`;
  const indices = useMemo(() => steering.map(({ feature }) => Number(feature.split("/").at(-1))), [steering]);
  const rows = useRows(sae, indices);
  return (
    <Panel title="Features" aside="in the order in which they were added">
      <ul aria-label="Found features" className="divide-y divide-line">
        {steering.map(({ method, strength, label, where }, i) => {
          const index = indices[i] as number;
          const { positions } = where;
          return (
            <li
              key={index}
              className="grid items-center gap-x-4 gap-y-1.5 py-2.5 first:pt-0 last:pb-0 sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,14rem)]"
            >
              <FeatureName feature={`${sae}/${index}`} label={label} strip={rows.get(index)?.strip ?? null} />
              <p className="flex items-center gap-2 text-sm" title={METHOD_WORDS[method].does}>
                <Badge tone="accent">{method}</Badge>
                <span className="nums font-medium">{amountWords(method, Number(strength.toPrecision(3)))}</span>
              </p>
              <p className="text-ink-faint text-xs sm:text-right">
                {typeof positions === "string" ? PART_WORDS[positions] : "at some tokens"}
              </p>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function amountWords(method: SearchResult["steering"][number]["method"], strength: number): string {
  if (strengthOf(method) === "none") return "taken out";
  return strengthOf(method) === "factor" ? `${signed(strength)} × what is there` : `${signed(strength)} × ref`;
}
