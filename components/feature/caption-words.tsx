import { counted, formatValue } from "@/lib/features/format";
import type { Feature } from "@/lib/features/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";

/** Words of captions and texts that are more frequent where the feature fires than in the corpus. */
export function CaptionWords({ feature }: { feature: Pick<Feature, "words"> }) {
  const { words } = feature;
  if (!words) return null;
  return (
    <Panel title="Words beside it" aside={`captions and texts of ${counted(words.samples, "sample")}`}>
      {words.words.length === 0 ? (
        <p className="text-sm text-ink-soft">No word is more frequent there than in the whole data set.</p>
      ) : (
        <ul className="flex flex-wrap gap-1.5">
          {words.words.map(({ word, lift, n }) => (
            <li key={word}>
              <Link
                href={`/search?q=${encodeURIComponent(word)}`}
                title={`in ${n} of ${words.samples}, ${formatValue(lift)} times as often as in the data set`}
                className="inline-flex min-h-7 items-baseline gap-1.5 rounded-md bg-sunken px-2 py-1 text-sm hover:bg-line pointer-coarse:min-h-11 pointer-coarse:items-center"
              >
                {word}
                <span className="nums text-2xs text-ink-soft">
                  ×{formatValue(lift)} <span className="text-ink-faint">n {n}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
