"use client";
import type { Feature } from "@/lib/features/schema";
import { Panel } from "../ui/panel";
import { CaptionWords } from "./caption-words";
import { FiresWith } from "./fires-with";
import { LogitEffects } from "./logit-effects";
import { NeighbourList } from "./neighbour-list";
import { Notes } from "./notes";
import { SimilarFeatures } from "./similar-features";
import { Twin } from "./twin";
import { WhenSeen } from "./when-seen";

export type LowerFeature = Pick<
  Feature,
  "ref" | "aRef" | "twin" | "crossModal" | "imageShare" | "firesWith" | "neighbours" | "logits" | "words"
>;

export interface LowerProps {
  feature: LowerFeature;
  /** It never fires, or too rarely to be judged. */
  silent: boolean;
  query: Record<string, string>;
}

/** Pictures and words on one scale, company, likeness, effects, and the same images under other SAEs. */
export function Lower({ feature, silent, query }: LowerProps) {
  const { ref, aRef, neighbours } = feature;
  return (
    <div className="flex flex-col gap-4">
      <Twin feature={feature} query={query} />
      <FiresWith key={ref} feature={feature} query={query} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Panel title="Similar features">
          <SimilarFeatures key={ref} feature={{ ref, aRef }} query={query}>
            <NeighbourList
              items={neighbours.slice(0, 8)}
              none="No live feature has a similar direction."
              ownSae={ref.split("/")[1] as string}
            />
          </SimilarFeatures>
        </Panel>
        <div className="grid gap-4">
          <LogitEffects feature={feature} />
          <CaptionWords feature={feature} />
        </div>
      </div>
      {!silent && (
        <Panel title="Under other SAEs" aside="its top images, and the feature that goes with it there">
          <WhenSeen part="lineage" room="14rem" feature={{ ref, aRef }} query={query} />
        </Panel>
      )}
      <Notes key={ref} on={ref} />
    </div>
  );
}
