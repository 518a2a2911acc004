import type { Starter } from "@/lib/trace/types";
import { StarterList } from "../lab/starter-list";
import { Empty } from "../ui/note";

/** Questions whose true answer is no: where the model says yes, its reasons are worth a look. */
export function Starters({ starters, choose }: { starters: readonly Starter[]; choose: (starter: Starter) => void }) {
  if (starters.length === 0) {
    return (
      <Empty title="Ask something">
        Drop an image, ask about it, and see which patches, words and features made the model answer as it does.{" "}
        <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code> makes pictures with
        questions to start from.
      </Empty>
    );
  }
  return (
    <StarterList
      title="Where does a wrong yes come from?"
      note="The true answer to these is no. Choose one, trace it, and see what speaks for yes."
      starters={starters}
      choose={choose}
    />
  );
}
