import { remember } from "@/lib/core/remember";
import type { SaeKey } from "@/lib/features/list/data";
import { findSae } from "@/lib/features/list/data";
import { getRunResult, listRuns } from "@/lib/runs/data";
import { listRunsQuerySchema } from "@/lib/runs/schema";
import { listSaes } from "@/lib/saes/data";
import { richestOf } from "@/lib/saes/format";
import { studyResultSchema } from "@/lib/studies/schema";
import { tellFeelings } from "./feelings";
import { withPlace } from "./format";
import { tellFries } from "./fries";
import { tellLines } from "./lines";
import { STORIES, type Story, type StoryName } from "./schema";
import { tellSenses } from "./senses";
import type { Stage, StudyDone, Told } from "./told";
import { tellTour } from "./tour";
import { tellYes } from "./yes";

const STORY: Record<StoryName, { title: string; about: string; tell: (stage: Stage) => Promise<Told> }> = {
  tour: { title: "Three steps", about: "what a feature is, and how to turn it", tell: tellTour },
  fries: { title: "Find the fries", about: "one feature, one thing, whoever drew it", tell: tellFries },
  lines: { title: "Lines first", about: "what fires hardest is what is seen first", tell: tellLines },
  feelings: { title: "Feelings", about: "a sad face, a sad word, a sad answer", tell: tellFeelings },
  senses: {
    title: "One idea, two senses",
    about: "the same feature sees a thing and reads its name",
    tell: tellSenses,
  },
  yes: { title: "Why yes", about: "what pushed a wrong answer, and how to mend it", tell: tellYes },
};

/** Finding the features costs a dozen reads, and they stay what they are while nothing new was found out. */
const kept = remember<Story[]>(30_000, 2);

/** All stories, each told with the features of the SAE that is known best. */
export function listStories(): Promise<Story[]> {
  return kept("all", tellAll);
}

async function tellAll(): Promise<Story[]> {
  const main = richestOf(await listSaes({}));
  const stage = main && { sae: await findSae(main.model, main.slug), studies: await studiesOf(main.ref) };
  return Promise.all(STORIES.map((name) => tellOne(name, stage)));
}

async function tellOne(name: StoryName, stage: Stage | undefined): Promise<Story> {
  const { title, about, tell } = STORY[name];
  const head = { name, title, about };
  if (!stage) {
    const missing = { words: "No SAE has evidence yet.", href: "/runs", link: "What is being made" };
    return { ...head, strip: null, image: null, steps: [], missing };
  }
  const told = await tell(stage);
  if ("missing" in told) return { ...head, strip: null, image: null, steps: [], missing: told.missing };
  const steps = told.steps.map((step, i) => ({ ...step, href: withPlace(step.href, name, i + 1) }));
  return { ...head, strip: told.strip, image: told.image ?? null, steps, missing: null };
}

/** The last finished study of each name that looked through an SAE. */
async function studiesOf(saeRef: SaeKey["ref"]): Promise<Map<string, StudyDone>> {
  const { items } = await listRuns(listRunsQuerySchema.parse({ kind: "study", state: "done", limit: 200 }));
  const studies = new Map<string, StudyDone>();
  for (const { id, params } of items) {
    const { name, sae } = params as { name: string; sae?: string };
    if (studies.has(name) || (sae !== undefined && sae !== saeRef)) continue;
    const result = studyResultSchema.safeParse(await getRunResult(id)).data;
    if (result) studies.set(name, { run: id, figures: result.figures, cases: result.cases });
  }
  return studies;
}
