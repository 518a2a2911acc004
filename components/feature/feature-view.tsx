import { preload } from "react-dom";
import type { Feature } from "@/lib/features/schema";
import { Empty } from "../ui/note";
import { imageUrl } from "../viz/image-url";
import { Evidence } from "./evidence";
import { ExplanationPanel } from "./explanation-panel";
import { ExplanationsBeside } from "./explanations-beside";
import { FeatureHeader, type FeatureLinks } from "./feature-header";
import type { LowerFeature } from "./lower";
import { LowerPanels } from "./lower-panels";
import { Numbers } from "./numbers";
import { Provenance } from "./provenance";
import { ShareBar } from "./share-bar";

/** The first row of a wide window. */
const FIRST_PICTURES = 4;

interface Props {
  feature: Feature;
  links: FeatureLinks;
  query: Record<string, string>;
  /** Explanations stand side by side. */
  beside: boolean;
}

/** The permalink: evidence first, the numbers beside it, then what is near. */
export function FeatureView({ feature, links, query, beside }: Props) {
  const silent = feature.label.status === "dead" || feature.label.status === "too_rare";
  const { ref, aRef, bands, nFiring, exemplars, imageShare } = feature;
  // A page that is fetched ahead brings its first pictures along, so that the next feature is there at once.
  for (const { image } of exemplars.items.slice(0, FIRST_PICTURES))
    if (image) preload(imageUrl(image.sha), { as: "image" });
  return (
    <>
      <FeatureHeader feature={feature} links={links}>
        <ShareBar
          pinned={query.at !== undefined}
          random={links.random}
          feature={{
            ...{ ref, model: feature.model, sae: feature.sae, index: feature.index, label: feature.label.text },
            ...{ versions: feature.versions, aRef, blind: feature.label.status === "explained" },
          }}
        />
      </FeatureHeader>
      {beside && <ExplanationsBeside feature={feature} apart={links.beside} />}
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
          <LowerPanels key={`${ref} lower`} feature={lowerOf(feature)} silent={silent} query={query} />
        </div>
        <aside className="flex flex-col gap-4" aria-label="About this feature">
          {!beside && <ExplanationPanel feature={feature} beside={links.beside} />}
          <Numbers feature={feature} />
          <Provenance feature={feature} />
        </aside>
      </div>
    </>
  );
}

/** What the lower panels need, and no more: it travels with the page. */
function lowerOf(feature: Feature): LowerFeature {
  const { ref, aRef, twin, crossModal, imageShare, firesWith, neighbours, logits, words } = feature;
  return { ref, aRef, twin, crossModal, imageShare, firesWith, neighbours, logits, words };
}
