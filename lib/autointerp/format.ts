export interface ScoreWords {
  name: string;
  does: string;
  /** What guessing gets; null where that depends on the data, and only the control tells. */
  chance: number | null;
  /** What its items are. */
  item: string;
}

const SCORE_WORDS: Record<string, ScoreWords> = {
  detection: {
    name: "detect",
    does: "tells samples that fire from samples that do not, by the explanation alone (balanced accuracy)",
    chance: 0.5,
    item: "sample",
  },
  fuzzing: {
    name: "fuzz",
    does: "tells the region that fires from another place in the same image, by the explanation alone (balanced accuracy)",
    chance: 0.5,
    item: "region",
  },
  localisation: {
    name: "localise",
    does: "overlap of the region with the true mask of what the explanation names (IoU)",
    chance: null,
    item: "image",
  },
  simulation: {
    name: "simulate",
    does: "foretells from the explanation how strongly each token of a text fires (Pearson’s r)",
    chance: 0,
    item: "text",
  },
  intruder: {
    name: "intruder",
    does: "tells the one region that is silent from four that fire, without any explanation",
    chance: 0.2,
    item: "trial",
  },
  human: {
    name: "human",
    does: "share of blind tests that people get right: two images that were held out, one fires",
    chance: 0.5,
    item: "answer",
  },
};

/** The name that pages and the API have for the scores of a scorer. */
export const scoreName = (scorer: string): string => (scorer === "iou" ? "localisation" : scorer);

/** Scores in the order in which they are shown. */
export const SCORE_ORDER = Object.keys(SCORE_WORDS);

/** How a score is called and what it means. */
export function scoreWords(name: string): ScoreWords {
  return SCORE_WORDS[scoreName(name)] ?? { name, does: name, chance: null, item: "item" };
}
