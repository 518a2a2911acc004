import { listed, NO_ARTEFACTS } from "./pick";
import { notYet, type Stage, type Told } from "./told";

/** What a feature is and how to turn it, for who is here for the first time. */
export async function tellTour(stage: Stage): Promise<Told> {
  const { rows } = await listed(stage, { modality: "image", flags: NO_ARTEFACTS });
  const [first] = rows;
  if (!first) return notYet("No feature is explained yet.");
  return {
    strip: first.strip,
    steps: [
      {
        title: "Every card is a feature",
        words:
          "A feature is one direction in the model's hidden states. Its pictures fire it most, its name is what the model itself says of them, and the bold number is how well that name tells which other pictures fire it.",
        href: "/",
      },
      {
        title: "Look where it fires, and where it does not",
        words:
          "The lit patches fire it. The shaft beside the pictures leads from the strongest fifth down to near misses, which look alike and are silent: where the meaning drifts on the way, the name is not true.",
        href: `/${first.ref}`,
      },
      {
        title: "Turn it",
        words:
          "“Steer this” raises the feature while the model answers, beside the answer without it. j and k lead to other features, Ctrl K to everything, and ? lists the keys of a page.",
        href: `/${first.ref}`,
      },
    ],
  };
}
