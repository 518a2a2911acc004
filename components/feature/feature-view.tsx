import type { Feature } from "@/lib/features/schema";
import { Empty } from "../ui/note";
import { Panel } from "../ui/panel";
import { CaptionWords } from "./caption-words";
import { Evidence } from "./evidence";
import { ExplanationPanel } from "./explanation-panel";
import { FeatureHeader, type FeatureLinks } from "./feature-header";
import { FiresWith } from "./fires-with";
import { NeighbourList } from "./neighbour-list";
import { Numbers } from "./numbers";
import { LogitEffects, Provenance } from "./relations";
import { Twin } from "./twin";
import { WhenSeen } from "./when-seen";

interface Props {
  feature: Feature;
  links: FeatureLinks;
  query: Record<string, string>;
}

/** The permalink: evidence first, the numbers beside it, then what is near. */
export function FeatureView({ feature, links, query }: Props) {
  const silent = feature.label.status === "dead" || feature.label.status === "too_rare";
  const { ref, aRef, bands, nFiring, exemplars, imageShare } = feature;
  return (
    <>
      <FeatureHeader feature={feature} links={links} />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20.5rem]">
        <div className="flex min-w-0 flex-col gap-4">
          {silent ? (
            <Empty
              title={
                feature.label.status === "dead" ? "This feature never fires" : "This feature fires too rarely to judge"
              }
            >
              It fired on {nFiring} of {feature.nSamples?.toLocaleString("en") ?? "all"} samples; evidence needs 10. A
              larger data set may bring it up. Below are the live features nearest to it.
            </Empty>
          ) : (
            <Evidence key={ref} feature={{ ref, aRef, bands, nFiring, exemplars, imageShare }} query={query} />
          )}
          <Twin feature={feature} query={query} />
          <FiresWith feature={feature} />
          <div className="grid items-start gap-4 xl:grid-cols-2">
            <Panel title="Similar features">
              <WhenSeen key={ref} part="similar" feature={{ ref, aRef }} query={query}>
                <NeighbourList
                  items={feature.neighbours.slice(0, 8)}
                  none="No live feature has a similar direction."
                  ownSae={feature.sae}
                />
              </WhenSeen>
            </Panel>
            <LogitEffects feature={feature} />
          </div>
          {!silent && (
            <Panel title="Under other SAEs" aside="its top images, and the feature that goes with it there">
              <WhenSeen key={ref} part="lineage" room="14rem" feature={{ ref, aRef }} query={query} />
            </Panel>
          )}
        </div>
        <aside className="flex flex-col gap-4" aria-label="About this feature">
          <ExplanationPanel feature={feature} />
          <Numbers feature={feature} />
          <CaptionWords feature={feature} />
          <Provenance feature={feature} />
        </aside>
      </div>
    </>
  );
}
