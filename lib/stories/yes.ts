import { printQuery } from "@/lib/core/format";
import { findStarters } from "@/lib/trace/data";
import { type DeskState, deskAddress, readDesk, searchAddress } from "@/lib/trace/desk/format";
import { notYet, type Stage, studyStep, type Told } from "./told";

/** A question suggests its answer: what pushed “yes”, and what to turn so that the answer is right. */
export async function tellYes(stage: Stage): Promise<Told> {
  const asked = (await wrongOnce(stage)) ?? (await likelyWrong(stage));
  if (!asked) return notYet("No picture has a question whose true answer is no.");
  const { state, wrong } = asked;
  const question = state.turns[0]?.content ?? "";
  return {
    strip: null,
    image: state.image,
    steps: [
      {
        title: "A question that suggests its answer",
        words: `“${question}” It is not there: the true answer is no. ${wrong ? "The model said yes." : "See what the model says; if it gets this one right, the desk has others to start from."} Run it: the bars show what pushed yes (orange) and no (blue): tokens, patches, and the features behind them.`,
        href: deskAddress(state),
      },
      {
        title: "The picture as it is",
        words:
          "Everything that fires on the same picture with the same question. Choose the words of the question, then the picture: does what pushed yes come from what is seen, or from what was said?",
        href: `/inspect?${printQuery(new URLSearchParams({ in: stage.sae.ref, ...(state.image ? { image: state.image } : {}), text: question }))}`,
      },
      {
        title: "Mend it",
        words:
          "The desk looks for the smallest set of features that turns yes into no: on this question, or on many at once, and tried on questions that it did not choose by.",
        href: searchAddress({ ...state, answer: "yes", against: "no" }, stage.sae.ref, true),
      },
      studyStep(
        stage,
        "map",
        "Over a test set",
        /wrong "yes" corrected, held out/,
        "A fix that mends one answer may break others. The study counts both, on questions that were held out.",
      ),
    ],
  };
}

interface Asked {
  state: DeskState;
  /** The model is known to have said yes. */
  wrong: boolean;
}

/** A question that the study has seen the model answer wrongly; one whose fix held, where there is one. */
async function wrongOnce({ studies, sae }: Stage): Promise<Asked | null> {
  const cases = studies.get("map")?.cases.filter(({ href }) => href?.startsWith("/trace?")) ?? [];
  const { href } = cases.find(({ good }) => good) ?? cases[0] ?? {};
  if (!href) return null;
  const state = readDesk(new URLSearchParams(href.split("?")[1]), [sae.ref]);
  return { state: { ...state, in: [sae.ref] }, wrong: true };
}

/** A question whose true answer is no; about what is on a map if there is one, which models get wrong most. */
async function likelyWrong({ sae }: Stage): Promise<Asked | null> {
  const starters = await findStarters(3);
  const starter = starters.find(({ question }) => /\bmap\b/.test(question)) ?? starters[0];
  if (!starter) return null;
  const turns = [{ role: "user" as const, content: starter.question }];
  const state = { in: [sae.ref], image: starter.sha, turns, answer: "yes", against: "no", method: "gradient" as const };
  return { state, wrong: false };
}
