import { formatShare } from "@/lib/features/format";
import type { Feature } from "@/lib/features/schema";
import { Badge, type Tone } from "../ui/badge";
import { MiniBar } from "../viz/mini-bar";

const TONES: Record<"low" | "medium" | "high", Tone> = { low: "good", medium: "warn", high: "bad" };
const RULE =
  "high: half of the samples repeat another one, or nine tenths come from one source that holds less than half of the data set; medium: a fifth repeat another one, six tenths come from one source at twice its share, or the tags are less than half as mixed as in the data set; else low";

/** How one-sided the samples are where a feature fires: it may have learnt that, and not what its pictures show. */
export function ShortcutMeter({ shortcut }: { shortcut: NonNullable<Feature["shortcut"]> }) {
  const { tagEntropy, nearDuplicates, largestSource, samples, verdict } = shortcut;
  return (
    <div className="mt-4 text-xs">
      <h3 className="mb-1.5 flex items-baseline justify-between gap-2 font-medium text-ink-soft">
        <span title={RULE}>Shortcut risk</span>
        <Badge tone={TONES[verdict]} title={RULE}>
          {verdict}
        </Badge>
      </h3>
      <dl className="nums grid gap-1.5">
        {tagEntropy !== null && (
          <Meter
            name="variety of tags"
            words={`${formatShare(tagEntropy)} of the data set’s`}
            title="entropy of the tags where it fires, over that of the data set"
            value={tagEntropy}
          />
        )}
        {largestSource && (
          <Meter
            name={`from ${largestSource.name}`}
            words={`${formatShare(largestSource.share)}, of all ${formatShare(largestSource.corpusShare)}`}
            title="the source of most of its images; the mark is the share of that source in the data set"
            value={largestSource.share}
            control={largestSource.corpusShare}
          />
        )}
        <Meter
          name="near-duplicates"
          words={formatShare(nearDuplicates)}
          title="firing samples that repeat another one; they are folded and counted once"
          value={nearDuplicates}
        />
      </dl>
      <p className="nums mt-1 text-2xs text-ink-faint">over {samples} samples where it fires strongly</p>
    </div>
  );
}

interface MeterProps {
  name: string;
  words: string;
  title: string;
  value: number;
  control?: number;
}

function Meter({ name, words, title, value, control }: MeterProps) {
  return (
    <div title={title} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2">
      <dt className="truncate text-ink-soft">{name}</dt>
      <dd>{words}</dd>
      <dd className="col-span-2">
        <MiniBar value={value} control={control} />
      </dd>
    </div>
  );
}
