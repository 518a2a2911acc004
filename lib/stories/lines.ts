import { formatShare } from "@/lib/features/format";
import { imageOf, listed, listHref, NO_ARTEFACTS } from "./pick";
import { called, notYet, type Stage, studyStep, type Told } from "./told";

/** Kinds of features that show what is seen before things are: as explanations name them. */
const LOW = "color,texture,shape";

/** Among the features that fire hardest on a picture, most show lines, textures and colours. */
export async function tellLines(stage: Stage): Promise<Told> {
  const [often, best, objects] = await Promise.all([
    listed(stage, { kind: LOW, sort: "-density" }),
    listed(stage, { kind: LOW, modality: "image", flags: NO_ARTEFACTS }),
    listed(stage, { kind: "object", modality: "image", flags: NO_ARTEFACTS }),
  ]);
  const [[oftenest], [shown]] = [often.rows, best.rows];
  const thing = objects.rows[0] ?? shown;
  const image = thing ? await imageOf(thing, "top") : null;
  if (!oftenest || !shown || !image) return notYet("No feature of a colour, a texture or a shape is explained yet.");
  return {
    strip: shown.strip,
    steps: [
      {
        title: "Everything that fires here",
        words:
          "One picture, and every feature that fires on it, strongest first. Read the first ten names, and let each paint its patches: how many mean a colour, a line or a texture, and how many a thing?",
        href: `/images/${image}?in=${stage.sae.ref}&sort=strength`,
      },
      {
        title: "What fires all the time",
        words: `${often.total} features are explained as colours, textures and shapes, those that fire oftenest first: ${called(oftenest)} at ${formatShare(oftenest.density)} of all tokens. They are few, and busy.`,
        href: listHref(stage, { kind: LOW, status: "explained", sort: "-density" }),
      },
      {
        title: "One of them",
        words: `${called(shown)}: look at what the lit patches share, and at what they do not. The things in the pictures change; the light does not care.`,
        href: `/${shown.ref}`,
      },
      studyStep(
        stage,
        "perception",
        "Count it",
        /by mean, rank 1$/,
        "Over many pictures: of the features that fire hardest, the share that shows a colour, a texture or a shape, rank by rank.",
      ),
    ],
  };
}
