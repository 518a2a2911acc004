import { formatScore, formatShare, formatValue, statusWords } from "@/lib/features/format";
import type { Exemplar, Feature } from "@/lib/features/schema";
import type { EmbedView } from "@/lib/share/embed/format";
import { Badge } from "../ui/badge";
import { buttonClass } from "../ui/button";
import { StillPicture } from "../viz/still-picture";
import { BackLink, EmbedFrame } from "./embed-frame";
import { stillUrl } from "./still-url";

interface Props {
  feature: Feature;
  view: EmbedView;
  /** What the field to try it starts with. */
  testText: string;
}

/** A feature on a foreign page: as many parts as its address asks for. */
export function EmbedFeature({ feature, view, testText }: Props) {
  const { show } = view;
  const { label, scores, kind, exemplars } = feature;
  const images = show.has("images") ? exemplars.items.filter((item) => item.image).slice(0, 8) : [];
  const texts = show.has("text") ? exemplars.items.filter((item) => item.tokens).slice(0, 4) : [];
  const name = label.text ?? statusWords(label.status);
  const facts: [string, string][] = [
    ["fires at", `${formatShare(feature.density)} of positions`],
    ["maximum", formatValue(feature.max)],
    ["reference strength", formatValue(feature.aRef)],
    ["samples that fire", feature.nFiring.toLocaleString("en")],
    ["on images", formatShare(feature.imageShare)],
  ];
  return (
    <EmbedFrame view={view}>
      <article className="flex flex-col gap-3" aria-label={name}>
        <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          {show.has("label") && <h1 className="font-semibold text-xl">{name}</h1>}
          {show.has("scores") && (
            <span className="nums flex flex-wrap gap-1.5">
              {kind && <Badge tone="accent">{kind}</Badge>}
              {Object.entries(scores).map(([scorer, score]) => (
                <Badge key={scorer} title={`${score.n} items`}>
                  {scorer} {formatScore(score.value)}
                </Badge>
              ))}
            </span>
          )}
        </header>
        {show.has("numbers") && (
          <dl className="nums flex flex-wrap gap-x-5 gap-y-1 text-xs">
            {facts.map(([term, value]) => (
              <div key={term} className="flex gap-1.5">
                <dt className="text-ink-faint">{term}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
        {images.length > 0 && (
          <ul className="grid grid-cols-2 gap-2 sm:grid-cols-4" aria-label="Images">
            {images.map((item) => (
              <li key={item.rank} className="relative rounded-lg bg-mat p-1">
                <OneImage item={item} feature={feature} />
              </li>
            ))}
          </ul>
        )}
        {texts.length > 0 && (
          <ul className="flex flex-col gap-1.5" aria-label="Texts">
            {texts.map((item) => (
              <li key={item.rank} className="rounded-lg bg-sunken px-3 py-2 font-mono text-xs">
                <OneText item={item} />
              </li>
            ))}
          </ul>
        )}
        {show.has("test") && (
          <form action="/inspect" target="_blank" className="flex gap-2" rel="noopener">
            <input
              name="text"
              aria-label="Text to try the feature on"
              placeholder="a text to try it on"
              defaultValue={testText}
              className="h-9 min-w-0 flex-1 rounded-lg border border-line bg-panel px-2.5 text-sm pointer-coarse:h-11"
            />
            <button type="submit" className={buttonClass()}>
              Inspect
            </button>
          </form>
        )}
        <p className="flex flex-wrap gap-x-4">
          {show.has("steer") && (
            <BackLink href={`/steer?in=${feature.model}&f=${feature.sae}/${feature.index}:2:add`}>
              Steer with it
            </BackLink>
          )}
          {show.has("link") && <BackLink href={`/${feature.ref}`}>{feature.ref} on Fovea</BackLink>}
        </p>
      </article>
    </EmbedFrame>
  );
}

function OneImage({ item, feature }: { item: Exemplar; feature: Feature }) {
  const geometry = feature.geometries.find((g) => g.id === item.geometry);
  if (!item.image || !geometry) return null;
  return (
    <>
      <StillPicture
        src={stillUrl(item.image.sha)}
        alt={item.image.alt}
        width={item.image.width}
        height={item.image.height}
        grid={{ codes: item.grid, scale: item.scale, ...geometry }}
        aRef={feature.aRef}
      />
      <span className="nums absolute top-2 left-2 rounded-md bg-black/70 px-1.5 font-semibold text-2xs text-white">
        {formatValue(item.peak)}
      </span>
    </>
  );
}

/** The words around the peak, the peak marked. */
function OneText({ item }: { item: Exemplar }) {
  const at = typeof item.peakAt === "number" ? item.peakAt : 0;
  const plain = (item.tokens ?? []).map((token) => token.replaceAll(/[▁Ġ]/g, " "));
  return (
    <>
      {plain.slice(0, at).join("")}
      <mark className="rounded bg-accent-soft font-semibold text-accent underline underline-offset-2">{plain[at]}</mark>
      {plain.slice(at + 1).join("")}
    </>
  );
}
