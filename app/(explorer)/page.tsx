import { HomeEmpty, HomeHead, HomeModels } from "@/components/home/home-view";
import { Shelves } from "@/components/home/shelves";
import { DemoProgress } from "@/components/runs/demo-progress";
import { DropImage } from "@/components/search/drop-image";
import { TourOffer } from "@/components/tour/tour-offer";
import { loadShelves } from "@/lib/features/list/loaders";
import { loadPeek } from "@/lib/features/loaders";
import { loadDemoRun } from "@/lib/runs/loaders";
import { loadModels } from "@/lib/saes/loaders";

export const dynamic = "force-dynamic";

const PER_SHELF = 4;

export default async function HomePage() {
  const [models, demo] = await Promise.all([loadModels(), loadDemoRun()]);
  const saes = models.flatMap((m) => m.saes);
  // The SAE with the most evidence is the one to start with.
  const main = saes.filter((s) => s.evidence).sort((a, b) => b.nExplained - a.nExplained || b.nLive - a.nLive)[0];
  const shelves = main ? await loadShelves(main.model, main.slug, PER_SHELF) : [];
  const peek = await loadPeek(shelves[0]?.rows.at(-1)?.ref);
  return (
    <DropImage>
      <div className="flex flex-col gap-8">
        <HomeHead sae={main} peek={peek} />
        {demo && <DemoProgress key={demo.run.id} first={demo.run} firstSteps={demo.steps} />}
        {models.length === 0 && !demo && <HomeEmpty />}
        {main && <Shelves shelves={shelves} saeRef={main.ref} />}
        <HomeModels models={models} />
        {peek && <TourOffer feature={peek.ref} />}
      </div>
    </DropImage>
  );
}
