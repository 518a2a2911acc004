import { formatCount } from "@/lib/features/format";
import { formatFigure } from "@/lib/measure/format";
import type { SaeDetail } from "@/lib/saes/schema";
import { ScrollBox } from "../ui/scroll-box";

type Ce = NonNullable<SaeDetail["measured"]["ce"]>;

const PLACES = [
  { scope: "all", name: "all tokens" },
  { scope: "image", name: "image tokens" },
  { scope: "text", name: "other tokens" },
] as const;
const TARGETS = [
  { target: "answer", name: "answers" },
  { target: "text", name: "all text" },
] as const;

/** One sentence on what an SAE costs the model's answers. */
export function ceSentence(ce: Ce): string {
  const found = ce.all.answer ?? ce.all.text;
  if (!found) return "No token was scored.";
  const { clean, sae, zero } = found.ce;
  const token = ce.all.answer ? "A token of an answer" : "A token of text";
  return `${token} costs the model ${sae.toFixed(2)} nats with the SAE at every token, ${clean.toFixed(2)} without it, ${zero.toFixed(2)} with zeros in its place.`;
}

/** The cross-entropies that the recovered figures are made of, opened on demand. */
export function CrossEntropies({ ce }: { ce: Ce }) {
  const rows = PLACES.flatMap(({ scope, name }) =>
    TARGETS.flatMap(({ target, name: scored }) => {
      const found = ce[scope][target];
      return found ? [{ key: `${scope} ${target}`, name, scored, ...found }] : [];
    }),
  );
  return (
    <div className="mt-3 text-xs text-ink-soft">
      <p>{ceSentence(ce)}</p>
      <details className="group mt-1.5">
        <summary className="inline-flex min-h-8 items-center gap-1.5 rounded text-ink-soft hover:text-ink pointer-coarse:min-h-11">
          <span className="transition-transform group-open:rotate-90" aria-hidden="true">
            ▸
          </span>
          All cross-entropies
        </summary>
        <ScrollBox label="Cross-entropies" className="mt-1">
          <table className="nums w-full min-w-[22rem]">
            <caption className="pb-1 text-left text-2xs text-ink-faint">nats per token, on {ce.dataset}</caption>
            <thead>
              <tr className="text-2xs text-ink-faint">
                {["replaced at", "scored"].map((head) => (
                  <th key={head} scope="col" className="pb-1 text-left font-normal">
                    {head}
                  </th>
                ))}
                {["tokens", "clean", "SAE", "mean", "zero", "KL SAE"].map((head) => (
                  <th key={head} scope="col" className="pb-1 pl-2 text-right font-normal">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key} className="border-line border-t">
                  <th scope="row" className="py-1 text-left font-normal">
                    {row.name}
                  </th>
                  <td className="py-1">{row.scored}</td>
                  <td className="py-1 pl-2 text-right">{formatCount(row.tokens)}</td>
                  {[row.ce.clean, row.ce.sae, row.ce.mean, row.ce.zero, row.kl.sae].map((value, i) => (
                    <td key={i} className="py-1 pl-2 text-right">
                      {formatFigure(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      </details>
    </div>
  );
}
