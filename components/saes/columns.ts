import { FIGURE_WORDS } from "@/lib/measure/format";
import type { ComparedSae } from "@/lib/saes/schema";
import type { CompareState, FigureColumn } from "./compared";

/** Concepts that were looked for: with more scenes rarer ones are among them. */
const conceptsOf = ({ concepts }: ComparedSae) => (concepts ? `of ${concepts.n}` : null);

/** Columns of the table, for one group of rows: what an SAE is, then how well it does. */
export function columnsOf({ group }: Pick<CompareState, "group">): FigureColumn[] {
  return [
    { key: "n", name: "features", says: "latents of the SAE", best: null, digits: "count", of: (sae) => sae.n },
    {
      key: "l0",
      name: "L0",
      says: FIGURE_WORDS.l0,
      best: null,
      digits: "tenth",
      of: (sae) => sae.figures[group].l0,
    },
    {
      key: "fvu",
      name: "FVU",
      says: FIGURE_WORDS.fvu,
      best: "least",
      digits: "figure",
      of: (sae) => sae.figures[group].fvu,
    },
    {
      key: "ce0",
      name: "CE rec. zero",
      says: `ce_recovered_zero: ${FIGURE_WORDS.ce_recovered_zero}`,
      best: "most",
      digits: "figure",
      of: (sae) => sae.figures[group].ce_recovered_zero,
    },
    {
      key: "ce",
      name: "CE rec. mean",
      says: `ce_recovered_mean: ${FIGURE_WORDS.ce_recovered_mean}`,
      best: "most",
      digits: "figure",
      of: (sae) => sae.figures[group].ce_recovered_mean,
    },
    {
      key: "kl",
      name: "KL rec. mean",
      says: `kl_recovered_mean: ${FIGURE_WORDS.kl_recovered_mean}`,
      best: "most",
      digits: "figure",
      of: (sae) => sae.figures[group].kl_recovered_mean,
    },
    {
      key: "dead",
      name: "dead",
      says: FIGURE_WORDS.dead,
      best: "least",
      digits: "share",
      of: (sae) => sae.figures[group].dead,
    },
    {
      key: "cos",
      name: "cosine",
      says: FIGURE_WORDS.cos,
      best: "most",
      digits: "figure",
      of: (sae) => sae.figures[group].cos,
    },
    {
      key: "concepts",
      name: "concepts",
      says: "share of known concepts that some feature finds with F1 above .5, in trained styles",
      best: "most",
      digits: "share",
      of: (sae) => sae.concepts?.share ?? null,
      n: conceptsOf,
    },
    {
      key: "unseen",
      name: "unseen style",
      says: "the same in a style that the model was never trained on",
      best: "most",
      digits: "share",
      of: (sae) => sae.concepts?.unseen ?? null,
      n: conceptsOf,
    },
    {
      key: "mono",
      name: "monosem.",
      says: "monosemanticity: mean cosine of the images that fire a feature, mean over features; higher is better",
      best: "most",
      digits: "figure",
      of: (sae) => sae.monosemanticity,
    },
  ];
}
