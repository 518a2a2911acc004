import { scoreWords } from "@/lib/autointerp/format";
import { formatCount, formatScore, formatShare, formatValue, statusWords } from "@/lib/features/format";
import type { Feature, ScoreSummary } from "@/lib/features/schema";
import { Link } from "../ui/link";
import { MiniBar, ModalityBar } from "../viz/mini-bar";
import { StillPicture } from "../viz/still-picture";
import { SlotMark } from "./slot-mark";

interface Props {
  feature: Feature;
  slot: number;
  /** The page without this feature. */
  without: string;
}

/** One of the compared features: name, numbers, scores beside their controls, strongest images. */
export function FeatureColumn({ feature, slot, without }: Props) {
  const { label, scores, ref, exemplars, geometries } = feature;
  const numbers: [string, string][] = [
    ["fires at", `${formatShare(feature.density)} of positions`],
    [
      "fires in",
      `${formatCount(feature.nFiring)}${feature.nSamples ? ` of ${formatCount(feature.nSamples)}` : ""} samples`,
    ],
    ["maximum", formatValue(feature.max)],
    ["reference strength", formatValue(feature.aRef)],
  ];
  return (
    <section
      aria-label={label.text ?? `Feature ${feature.index}`}
      className="flex min-w-0 flex-col gap-3 rounded-xl border border-line bg-panel p-4 shadow-lift"
    >
      <header className="flex items-start gap-2">
        <SlotMark slot={slot} />
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold text-base">
            <Link href={`/${ref}`} className={`rounded hover:underline ${label.text ? "" : "text-ink-faint italic"}`}>
              {label.text ?? statusWords(label.status).split(":")[0]}
            </Link>
          </h2>
          <p className="nums truncate text-2xs text-ink-faint">
            {feature.model}/{feature.sae} #{feature.index}
            {feature.kind && ` · ${feature.kind}`}
          </p>
        </div>
        <Link
          href={without}
          scroll={false}
          aria-label={`Leave out ${label.text ?? feature.index}`}
          title="Leave out"
          className="-mt-1.5 -mr-1.5 grid size-9 shrink-0 place-items-center rounded-lg text-ink-faint hover:bg-sunken hover:text-ink pointer-coarse:size-11"
        >
          ×
        </Link>
      </header>
      <dl className="nums grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-xs">
        {numbers.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-faint">{name}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
        <dt className="text-ink-faint">image share</dt>
        <dd className="flex items-center justify-end gap-2">
          {formatShare(feature.imageShare)} <ModalityBar imageShare={feature.imageShare} className="w-14" />
        </dd>
      </dl>
      {Object.keys(scores).length > 0 ? (
        <div className="flex flex-col gap-2">
          {Object.entries(scores).map(([name, score]) => (
            <Score key={name} name={scoreWords(name).name} score={score} />
          ))}
        </div>
      ) : (
        <p className="text-ink-faint text-xs">no score yet</p>
      )}
      <ul className="grid grid-cols-3 gap-1.5" aria-label="Strongest images">
        {exemplars.items.map((item) => {
          const geometry = geometries.find((g) => g.id === item.geometry);
          return item.image && geometry ? (
            <li key={item.rank} title={`${formatValue(item.peak)}: ${item.image.alt}`}>
              <StillPicture
                src={`/i/${item.image.sha}/256.webp`}
                alt={item.image.alt}
                width={item.image.width}
                height={item.image.height}
                grid={{ codes: item.grid, scale: item.scale, ...geometry }}
                aRef={feature.aRef}
              />
            </li>
          ) : null;
        })}
      </ul>
      {exemplars.items.length === 0 && <p className="text-ink-faint text-xs">fires on no image</p>}
    </section>
  );
}

function Score({ name, score }: { name: string; score: ScoreSummary }) {
  return (
    <div>
      <p className="nums flex items-baseline justify-between gap-2 text-xs">
        <span>
          {name} <span className="font-semibold text-sm">{formatScore(score.value)}</span>
          {score.lo !== null && score.hi !== null && (
            <span className="ml-1 text-ink-faint">
              {formatScore(score.lo)}–{formatScore(score.hi)}
            </span>
          )}
        </span>
        <span className="text-ink-faint">
          {score.control !== null && `control ${formatScore(score.control)} · `}n {formatCount(score.n)}
        </span>
      </p>
      <span className="mt-1 block">
        <MiniBar value={score.value} control={score.control} lo={score.lo} hi={score.hi} />
      </span>
    </div>
  );
}
