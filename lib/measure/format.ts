/** Words and digits of measured figures; browser safe. */

/** A figure in three digits as ".984", "1.011", "−.020"; "–" where there is none. */
export function formatFigure(x: number | null | undefined): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–";
  const text = Math.abs(x) >= 10 ? Math.abs(x).toFixed(1) : Math.abs(x).toFixed(3).replace(/^0/, "");
  return x < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** What images were compared by, in words. */
export function embeddingWords(embedding: string): string {
  return embedding === "truth" ? "what their scenes are known to show" : embedding;
}

/** What each measured figure is and when it is good, by the name of its formula. */
export const FIGURE_WORDS = {
  fvu: "fraction of variance unexplained: squared error over the variance about the group's mean; 0 is perfect",
  fvu_global_den: "the same with the variance about the mean of all rows, so that modalities compare; 0 is perfect",
  cos: "mean cosine of the hidden state and its reconstruction; 1 is perfect",
  l2_ratio: "mean norm of the reconstruction over the norm of the hidden state; 1 is perfect",
  l0: "mean number of features that fire at a position; fewer are easier to read",
  dead: "share of features that never fired on the held-out rows; 0 is best",
  ce_recovered_zero:
    "(CE SAE − CE zero) / (CE clean − CE zero): 1 if the model answers as well through the SAE as without it, 0 if as badly as with zeros",
  ce_recovered_mean: "the same against the mean hidden state in place of zeros, which is harder to beat",
  kl_recovered_mean:
    "1 − KL(clean, SAE) / KL(clean, mean): 1 if the model expects the very same words; wrong answers count like right ones",
} as const;
