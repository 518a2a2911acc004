export interface Step {
  n: 1 | 2 | 3;
  title: string;
  words: string;
}

const STEPS: readonly Step[] = [
  {
    n: 1,
    title: "Every card is a feature",
    words:
      "A feature is one direction in the model's hidden states. Its pictures fire it most, its name is what the model itself says of them, and the bold number is how well that name tells which other pictures fire it.",
  },
  {
    n: 2,
    title: "Look where it fires, and where it does not",
    words:
      "The lit patches fire it. The shaft beside the pictures leads from the strongest fifth down to near misses, which look alike and are silent: where the meaning drifts on the way, the name is not true.",
  },
  {
    n: 3,
    title: "Turn it",
    words:
      "“Steer this” raises the feature while the model answers, beside the answer without it. j and k lead to other features, Ctrl K to everything, and ? lists the keys of a page.",
  },
];

/** The step that a parameter `tour` names. */
export function stepOf(tour: string | null): Step | undefined {
  return STEPS.find(({ n }) => String(n) === tour);
}

const TOURED = "fovea-toured";

/** Whether the tour was ended or declined on this device. */
export function isToured(): boolean {
  return localStorage.getItem(TOURED) !== null;
}

/** The tour is not offered again. */
export function endTour(): void {
  localStorage.setItem(TOURED, "1");
}
