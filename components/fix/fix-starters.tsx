import { formatCount } from "@/lib/features/format";
import { FIX_DEFAULTS } from "@/lib/steering/fix/format";
import type { FixSetup, QuestionKind } from "@/lib/steering/fix/types";
import type { Starter } from "@/lib/trace/types";
import { STARTER_CLASS, StarterList } from "../lab/starter-list";
import { Empty } from "../ui/note";

/** A kind whose mistakes are many and whose mending is told about: names on maps. */
const KIND = "country";

interface Props {
  starters: readonly Starter[];
  kinds: readonly QuestionKind[];
  choose: (chosen: Partial<FixSetup>) => void;
}

/** The empty desk: questions whose true answer is no, and a kind of question to mend as a whole. */
export function FixStarters({ starters, kinds, choose }: Props) {
  const many = kinds.find(({ kind }) => kind === KIND);
  if (starters.length === 0 && !many) {
    return (
      <Empty title="Say what it should answer">
        Ask a question above, and write the answer that is wanted.{" "}
        <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code> makes pictures with
        questions to start from.
      </Empty>
    );
  }
  const nothing = { system: "", turns: [], questions: "", mend: FIX_DEFAULTS.mend };
  return (
    <StarterList
      title="What makes it say no?"
      note="The true answer to these is no. Where the model says yes, a feature or two may set it right."
      starters={starters}
      choose={({ sha, question }) =>
        choose({ ...nothing, image: sha, prompt: question, wanted: "no", unwanted: "yes" })
      }
    >
      {many && (
        <li className="md:col-span-3">
          <button
            type="button"
            onClick={() =>
              choose({ ...nothing, image: null, prompt: "", wanted: "", unwanted: "", questions: KIND, mend: "yes" })
            }
            className={STARTER_CLASS}
          >
            <span className="min-w-0 px-1.5 py-1">
              <span className="block font-medium">Mend the wrong “yes” to questions like “{many.example}”</span>
              <span className="text-ink-faint text-sm">
                {formatCount(many.n)} stored questions of kind {KIND}: chosen on some of the mistakes, proved on the
                rest
              </span>
            </span>
          </button>
        </li>
      )}
    </StarterList>
  );
}
