import { HomeEmpty, HomeHead, HomeModels } from "@/components/home/home-view";
import { Shelves } from "@/components/home/shelves";
import { StoryRow } from "@/components/home/story-row";
import { DemoProgress } from "@/components/runs/demo-progress";
import { DropImage } from "@/components/search/drop-image";
import { loadShelves } from "@/lib/features/list/loaders";
import { loadPeek } from "@/lib/features/loaders";
import { loadDemoRun } from "@/lib/runs/loaders";
import { richestOf } from "@/lib/saes/format";
import { loadModels } from "@/lib/saes/loaders";
import { loadStories } from "@/lib/stories/loaders";

export const dynamic = "force-dynamic";

const PER_SHELF = 4;

export default async function HomePage() {
  const [models, demo, stories] = await Promise.all([loadModels(), loadDemoRun(), loadStories()]);
  const main = richestOf(models.flatMap((m) => m.saes));
  const shelves = main ? await loadShelves(main.model, main.slug, PER_SHELF) : [];
  const peek = await loadPeek(shelves[0]?.rows.at(-1)?.ref);
  return (
    <DropImage>
      <div className="flex flex-col gap-8">
        <HomeHead sae={main} peek={peek} />
        {demo && <DemoProgress key={demo.run.id} first={demo.run} firstSteps={demo.steps} />}
        {models.length === 0 && !demo && <HomeEmpty />}
        {main && <StoryRow stories={stories.filter(({ name }) => name !== "tour")} />}
        {main && <Shelves shelves={shelves} saeRef={main.ref} />}
        <HomeModels models={models} />
      </div>
    </DropImage>
  );
}
