import type { Run } from "@/lib/runs/schema";
import type { SaeDetail } from "@/lib/saes/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { CrossEntropies } from "./cross-entropies";
import { Curves } from "./curves";
import { DensityHistogram } from "./density-histogram";
import { FeatureQuality } from "./feature-quality";
import { MeasureStart } from "./measure-start";
import { QualityTable } from "./quality-table";

/** Quality by modality, what features stand for, densities and training: folded, as whoever comes here looks for features. */
export function SaeQuality({ sae, measuring }: { sae: SaeDetail; measuring: Run | null }) {
  const { ce, monosemanticity, concepts } = sae.measured;
  const ofFeatures = concepts || monosemanticity;
  return (
    <details className="group mb-1 open:mb-6 max-md:order-last max-md:mt-6">
      <summary className="eyebrow mb-2 inline-flex items-center gap-1.5 rounded">
        <span className="transition-transform group-open:rotate-90" aria-hidden="true">
          ▸
        </span>
        Quality, density, training
      </summary>
      <div className="grid items-start gap-4 md:grid-cols-2 xl:grid-cols-3">
        <Panel
          title="Quality"
          aside={
            <Link href="/saes" className="rounded underline underline-offset-2 hover:text-ink">
              beside other SAEs
            </Link>
          }
        >
          <QualityTable sae={sae} />
          {ce && <CrossEntropies ce={ce} />}
          <div className="mt-3 border-line border-t pt-3">
            <MeasureStart saeRef={sae.ref} running={measuring} again={ce !== null || monosemanticity !== null} />
          </div>
        </Panel>
        <div className="flex min-w-0 flex-col gap-4">
          <Panel title="Density of features">
            <DensityHistogram sae={sae} />
          </Panel>
          {ofFeatures && (
            <Panel title="What features stand for">
              <FeatureQuality sae={sae} />
            </Panel>
          )}
        </div>
        <Panel title="Training" className="md:max-xl:col-span-2">
          <Curves points={sae.curves} />
        </Panel>
      </div>
    </details>
  );
}
