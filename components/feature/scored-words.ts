import { SCORE_ORDER, scoreName, scoreWords } from "@/lib/autointerp/format";
import type { ScoreResult, ScorerResult } from "@/lib/autointerp/types";
import { formatScore } from "@/lib/features/format";

/** "Scored: detect 3 (.74, control .51), simulate 1 (.90). Not scored: localise (the image has no mask)." */
export function scoredWords({ account: _, ...result }: ScoreResult): string {
  const place = (scorer: string) => SCORE_ORDER.indexOf(scoreName(scorer));
  const all = Object.entries(result).sort(([a], [b]) => place(a) - place(b));
  const done = all.filter(([, r]) => r.scored > 0).map(([scorer, r]) => `${scoreWords(scorer).name} ${figures(r)}`);
  const left = all.filter(([, r]) => r.scored === 0).map(([scorer, r]) => `${scoreWords(scorer).name}${reasonOf(r)}`);
  const said = [done.length > 0 && `Scored: ${done.join(", ")}.`, left.length > 0 && `Not scored: ${left.join(", ")}.`];
  return said.filter(Boolean).join(" ");
}

function figures({ scored, mean, control }: ScorerResult): string {
  if (mean === null) return String(scored);
  return `${scored} (${formatScore(mean)}${control === null ? "" : `, control ${formatScore(control)}`})`;
}

function reasonOf({ leftOut }: ScorerResult): string {
  const reason = leftOut[0]?.reason.replace(/\.$/, "");
  return reason ? ` (${reason.charAt(0).toLowerCase()}${reason.slice(1)})` : "";
}
