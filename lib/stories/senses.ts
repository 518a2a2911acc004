import { formatScore } from "@/lib/features/format";
import { inspectAddress } from "@/lib/inspect/desk/format";
import { listed, listHref, NO_ARTEFACTS, textOf } from "./pick";
import { called, notYet, type Stage, studyStep, type Told } from "./told";

const BOTH = { modality: "both", flags: NO_ARTEFACTS, sort: "-crossModal" } as const;

/** One feature fires on the picture of a thing, on its written word, and on the word in a text. */
export async function tellSenses(stage: Stage): Promise<Told> {
  const { rows, total } = await listed(stage, { ...BOTH, crossModal: "0.5.." });
  // A thing tells it best: colours and countries have no picture and word that everybody knows.
  const row = rows.find(({ kind }) => kind === "object") ?? rows[0];
  if (!row || row.crossModal === null) {
    return notYet("No feature was judged on both pictures and texts yet.");
  }
  const said = await textOf(row);
  return {
    strip: row.strip,
    steps: [
      {
        title: "Pictures and words at once",
        words: `${total} features fire on both and have a name that holds for both, best first. The cross-modal score is the lower of a label's balanced accuracies on held-out pictures and on held-out texts; 0.5 is chance.`,
        href: listHref(stage, { ...BOTH, status: "explained", crossModal: "0.5.." }),
      },
      {
        title: "Seen",
        words: `${called(row)}, cross-modal ${formatScore(row.crossModal)}. First what it sees: the patches that fire it most.`,
        href: `/${row.ref}?modality=image`,
      },
      {
        title: "Read",
        words:
          "The same feature on the same scale, now on words. Further down, “In pictures and in words” has all its senses side by side: picture, unseen style, written word, text.",
        href: `/${row.ref}?modality=text`,
      },
      ...(said
        ? [
            {
              title: "Try your own words",
              words: `Every feature that fires on a text, with ${called(row)} pinned. Change the sentence and run it: is it the letters that count, or what they mean?`,
              href: inspectAddress({ in: [stage.sae.ref], text: said, pins: [row.index] }),
            },
          ]
        : []),
      studyStep(
        stage,
        "senses",
        "Not one example",
        /cross-modal score above 0\.5/,
        "The study tries every feature as a detector of its concept in each sense.",
      ),
    ],
  };
}
