import { quoted } from "@/lib/features/format";
import type { FeatureRow } from "@/lib/features/list/schema";
import { DESK_DEFAULTS, printDesk } from "@/lib/steering/desk/format";
import { imageOf, listed, listHref, NO_ARTEFACTS, textOf } from "./pick";
import { called, notYet, type Stage, studyStep, type Told } from "./told";

const QUESTION = "how do you feel about this picture?";
/** Names of feelings, the one with most effect on an answer first. */
const FEELINGS = ["sad", "happy", "angry", "afraid"];
const DOSE = 2;

/** A feeling has a feature, which fires on faces and on words; turned up, it makes a dry answer an empathetic one. */
export async function tellFeelings(stage: Stage): Promise<Told> {
  const { rows, total } = await listed(stage, { kind: "feeling", flags: NO_ARTEFACTS, limit: 100 });
  const feeling = FEELINGS.find((name) => rows.some(({ label }) => label?.includes(name)));
  // Of the features of a feeling one that fires on words too, where there is one.
  const named = rows.filter(({ label }) => feeling && label?.includes(feeling));
  const row = named.find(({ imageShare }) => imageShare > 0.05 && imageShare < 0.95) ?? named[0];
  if (!feeling || !row) return notYet("No feature is named after a feeling yet.");
  const read = await textOf(row);
  return {
    strip: row.strip,
    steps: [
      {
        title: "Faces have features",
        words: `${total} features are explained as faces and what they feel. The story goes on with ${called(row)}.`,
        href: listHref(stage, { kind: "feeling", status: "explained", sort: "-detection" }),
      },
      {
        title: `What ${quoted(row.label ?? "")} looks like`,
        words: "The lit patches lie on faces. Go down the shaft: do weaker pictures still feel the same?",
        href: `/${row.ref}?modality=image`,
      },
      ...(read
        ? [
            {
              title: "And what it reads like",
              words: `The same feature, the same scale, on words: “${read}”. The SAE was never told that a face and a word belong together.`,
              href: `/${row.ref}?modality=text`,
            },
          ]
        : []),
      {
        title: "Turn it up",
        words: `A picture without that face, and the model is asked how it feels. Run it: left what it says untouched, right with ${called(row)} turned up. The strip tries all doses, beside random directions of the same length.`,
        href: await deskHref(stage, row, feeling),
      },
      studyStep(
        stage,
        "feelings",
        "Over many pictures",
        new RegExp(`^${feeling}: dry answers that become empathetic`),
        "One answer is an anecdote. The study asks it of many pictures, and turns random directions up as well.",
      ),
    ],
  };
}

/** The desk as the study set it up where a face changed the answer, else with a plain dose on a picture that leaves it silent. */
async function deskHref({ studies }: Stage, row: FeatureRow, feeling: string): Promise<string> {
  const turned = studies
    .get("feelings")
    ?.cases.find(({ ref, good, href, title }) => ref === row.ref && good && href && title.startsWith(feeling));
  if (turned?.href) return turned.href;
  const [model = "", ...rest] = row.ref.split("/");
  const features = [{ ref: rest.join("/"), strength: DOSE, method: "add" as const, where: null }];
  const image = (await imageOf(row, "miss")) ?? (await imageOf(row, "b1")) ?? (await imageOf(row, "top"));
  return `/steer?${printDesk({ ...DESK_DEFAULTS, model, features, image, prompt: QUESTION })}`;
}
