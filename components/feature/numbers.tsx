import { formatCount, formatShare, formatValue } from "@/lib/features/format";
import type { BandId, Feature } from "@/lib/features/schema";
import { Badge } from "../ui/badge";
import { Panel } from "../ui/panel";
import { type Bar, Histogram } from "../viz/histogram";
import { ModalityBar } from "../viz/mini-bar";
import { paletteColor } from "../viz/palette";
import { PositionMap } from "../viz/position-map";
import { BAND_TONE } from "./band-tone";
import { ShortcutMeter } from "./shortcut-meter";

/** The band that a value lies in, by fifths of the reference strength; values above it belong to the top. */
export function bandOf(value: number, aRef: number): BandId {
  if (value > aRef) return "top";
  return `b${Math.min(5, Math.max(1, Math.ceil((5 * value) / aRef)))}` as BandId;
}

function barsOf({ histogram, aRef, ref }: Feature): Bar[] {
  return histogram.counts.map((count, i) => {
    const lo = histogram.edges[i] ?? 0;
    const hi = histogram.edges[i + 1] ?? lo;
    const band = bandOf(Math.sqrt(lo * hi) || (lo + hi) / 2, aRef);
    return {
      count,
      part: histogram.text[i],
      label: `${formatValue(lo)} to ${formatValue(hi)}`,
      color: paletteColor("cividis", BAND_TONE[band]),
      href: `/${ref}?band=${band}#evidence`,
      band,
    };
  });
}

/** Density, strength, histogram and place of a feature, with the n behind each. */
export function Numbers({ feature }: { feature: Feature }) {
  const { histogram, aRef } = feature;
  const bars = barsOf(feature);
  const firing = histogram.counts.reduce((sum, n) => sum + n, 0);
  const base = feature.geometries[0];
  return (
    <Panel title="Numbers">
      <dl className="nums grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 text-sm">
        <Row name="fires at" value={`${formatShare(feature.density)} of positions`} />
        <Row name="image · text" value={`${formatShare(feature.densityImage)} · ${formatShare(feature.densityText)}`} />
        <Row
          name="samples"
          value={
            feature.nSamples
              ? `${formatCount(feature.nFiring)} of ${formatCount(feature.nSamples)}`
              : formatCount(feature.nFiring)
          }
        />
        <Row name="max" value={formatValue(feature.max)} />
        <Row
          name="ref"
          title="99.9th percentile of the positive activations; colour runs from 0 to it"
          value={formatValue(aRef)}
        />
        <Row
          name="mean ± sd"
          title="of positive activations"
          value={`${formatValue(feature.mean)} ± ${formatValue(feature.std)}`}
        />
        {feature.crossModal !== null && (
          <Row
            name="cross-modal"
            title="the lower of the label's balanced accuracies on images and on texts"
            value={feature.crossModal.toFixed(2)}
          />
        )}
      </dl>
      <div className="mt-3 flex items-center gap-2 text-xs text-ink-soft">
        <ModalityBar imageShare={feature.imageShare} className="w-full" />
      </div>
      <p className="nums mt-1 flex justify-between text-2xs text-ink-faint">
        <span>image {formatShare(feature.imageShare)}</span>
        <span>text {formatShare(1 - feature.imageShare)}</span>
      </p>
      {bars.length > 0 && (
        <div className="mt-4">
          <h3 className="mb-1.5 text-xs font-medium text-ink-soft">
            Activations <span className="text-ink-faint">log counts · a bar leads to its band</span>
          </h3>
          <Histogram
            bars={bars}
            ticks={[
              formatValue(histogram.edges[0]),
              formatValue(histogram.edges[Math.floor(bars.length / 2)]),
              formatValue(histogram.edges.at(-1)),
            ]}
            summary={`Histogram of ${formatCount(firing)} positive activations from ${formatValue(histogram.edges[0])} to ${formatValue(histogram.edges.at(-1))}; ${formatCount(histogram.zero)} positions are exactly zero.`}
          />
          <p className="nums mt-1 text-2xs text-ink-faint">
            {formatCount(firing)} positions fire, {formatCount(histogram.zero)} are exactly zero
          </p>
        </div>
      )}
      {feature.positionMap && base && (
        <div className="mt-4 grid grid-cols-[6.5rem_1fr] items-center gap-3">
          <PositionMap
            map={feature.positionMap}
            rows={base.rows}
            cols={base.cols}
            summary="Mean activation by place on the image"
          />
          <div className="text-xs text-ink-soft">
            <h3 className="font-medium">Place on the image</h3>
            <p className="mt-0.5 text-ink-faint">mean over all images that fire</p>
            <div className="mt-1.5 flex flex-wrap gap-1">
              {feature.flags.length === 0 ? (
                <Badge tone="good">no flags</Badge>
              ) : (
                feature.flags.map((flag) => <Flag key={flag} flag={flag} />)
              )}
            </div>
          </div>
        </div>
      )}
      {feature.shortcut && <ShortcutMeter shortcut={feature.shortcut} />}
    </Panel>
  );
}

const FLAG_WORDS: Record<string, string> = {
  always_on: "fires on more than 20 % of the positions of a modality",
  position: "half of its mass lies in 5 % of the cells: it may follow the place, not the content",
  corner: "half of its mass lies in the four corners of the image: it may follow the place, not the content",
  border: "seven tenths of its mass lie on the outermost patches",
  norm: "fires where hidden states are far larger than elsewhere, as on class and register tokens",
  image_only: "fires on image tokens only",
  text_only: "fires on text tokens only",
};

function Flag({ flag }: { flag: string }) {
  const tone = flag.endsWith("_only") ? "plain" : "warn";
  return (
    <Badge tone={tone} title={FLAG_WORDS[flag]}>
      {flag.replaceAll("_", " ")}
    </Badge>
  );
}

function Row({ name, value, title }: { name: string; value: string; title?: string }) {
  return (
    <>
      <dt className="text-ink-soft" title={title}>
        {name}
      </dt>
      <dd className="text-right">{value}</dd>
    </>
  );
}
