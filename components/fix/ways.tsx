import { formatShare } from "@/lib/features/format";
import { formatKl, trialWords, waysOf } from "@/lib/steering/fix/result/format";
import type { SearchParams, SearchResult } from "@/lib/steering/schema";
import { cx } from "../ui/class-names";
import { Panel } from "../ui/panel";
import { ScrollBox } from "../ui/scroll-box";

/** What was found beside ways that need no features, on the same held-out prompts. */
export function Ways({ result, limits }: { result: SearchResult; limits: SearchParams["limits"] }) {
  const ways = waysOf(result);
  if (ways.every(({ ours }) => ours)) return null;
  return (
    <Panel title="Other ways" aside="on the same held-out prompts">
      <ScrollBox label="Ways">
        <table className="nums w-full border-collapse text-sm max-sm:text-xs">
          <caption className="sr-only">These features and other ways: corrected, broken, and what they cost</caption>
          <thead>
            <tr className="border-line border-b text-left text-ink-faint text-xs">
              {["way", "corrected", "broken", "KL", "changed"].map((head) => (
                <th key={head} scope="col" className="py-1 pr-3 max-sm:pr-2 font-medium last:pr-0">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ways.map(({ name, heldOut, kl, changed, ours }) => {
              const { corrected, broken } = trialWords(heldOut);
              return (
                <tr key={name} className={cx("border-line border-b last:border-b-0", ours && "font-medium")}>
                  <th scope="row" className={cx("py-1.5 pr-3 max-sm:pr-2 text-left", !ours && "font-normal")}>
                    {name}
                  </th>
                  <td className="whitespace-nowrap py-1.5 pr-3 max-sm:pr-2">{corrected}</td>
                  <td className="whitespace-nowrap py-1.5 pr-3 max-sm:pr-2">{broken}</td>
                  <td
                    className={cx(
                      "whitespace-nowrap py-1.5 pr-3 max-sm:pr-2",
                      kl !== null && kl > limits.kl && "text-warn",
                    )}
                  >
                    {formatKl(kl)}
                  </td>
                  <td
                    className={cx(
                      "whitespace-nowrap py-1.5",
                      changed !== null && changed > limits.changed && "text-warn",
                    )}
                  >
                    {formatShare(changed)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
    </Panel>
  );
}
