"use client";
import type { Exemplar, Exemplars } from "@/lib/features/schema";
import { ErrorNote } from "../ui/error-note";
import { imageUrl } from "../viz/image-url";
import { Picture } from "../viz/picture";
import { useViewSettings } from "../viz/view-settings";
import { peakWords } from "./exemplar-card";
import { FACET_WORDS } from "./facet-words";
import type { SeenProps } from "./seen-props";
import { TextWindows } from "./text-windows";
import { useFetched } from "./use-fetched";

/** The strongest samples of each facet: pictures at the left, texts at the right, one scale for both. */
export function TwinSamples({ feature: { ref, aRef }, query }: SeenProps) {
  const [settings] = useViewSettings(query);
  const { data, busy, problem, retry } = useFetched<Exemplars>(`/api/v1/features/${ref}/exemplars?band=twin`);
  const pictures = data?.items.filter((item) => item.image) ?? [];
  const texts = data?.items.filter((item) => item.tokens) ?? [];
  return (
    <div
      className="mt-4 grid items-start gap-x-5 gap-y-4 md:grid-cols-2"
      aria-busy={busy}
      style={{ "--overlay-opacity": settings.opacity } as React.CSSProperties}
    >
      {problem && <ErrorNote detail={problem.message} code={problem.code} onRetry={retry} />}
      {data && (
        <>
          <section aria-label="Pictures" className="min-w-0">
            {pictures.length === 0 ? (
              <p className="text-sm text-ink-soft">It fires on no image.</p>
            ) : (
              <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3">
                {inPairs(pictures).map((item) => (
                  <li key={`${item.facet}/${item.rank}`}>
                    <Small item={item} data={data} aRef={aRef} settings={settings} />
                  </li>
                ))}
              </ul>
            )}
          </section>
          <section aria-label="Texts" className="min-w-0">
            {texts.length === 0 ? (
              <p className="text-sm text-ink-soft">It fires on no text.</p>
            ) : (
              ["caption", "chat"].map((facet) => {
                const own = texts.filter((item) => item.facet === facet);
                return (
                  own.length > 0 && (
                    <div key={facet} className="mb-3 last:mb-0">
                      <h3 className="text-2xs text-ink-faint">{FACET_WORDS[facet as "caption"].name}</h3>
                      <TextWindows items={own} aRef={aRef} palette={settings.palette} />
                    </div>
                  )
                );
              })
            )}
          </section>
        </>
      )}
    </div>
  );
}

/** The first of each facet, then the second of each: facets stand one above the other. */
function inPairs(items: readonly Exemplar[]): Exemplar[] {
  const seen = new Map<string | null, number>();
  const turn = new Map(
    items.map((item) => {
      const at = seen.get(item.facet) ?? 0;
      seen.set(item.facet, at + 1);
      return [item, at];
    }),
  );
  return [...items].sort((a, b) => (turn.get(a) as number) - (turn.get(b) as number) || a.rank - b.rank);
}

interface SmallProps {
  item: Exemplar;
  data: Exemplars;
  aRef: number;
  settings: ReturnType<typeof useViewSettings>[0];
}

function Small({ item, data, aRef, settings }: SmallProps) {
  const geometry = data.geometries.find((g) => g.id === item.geometry);
  if (!item.image || !geometry || !item.facet) return null;
  return (
    <figure>
      <div className="picture rounded-lg bg-mat p-1">
        <Picture
          src={imageUrl(item.image.sha)}
          alt={item.image.alt}
          width={item.image.width}
          height={item.image.height}
          grid={{ codes: item.grid, scale: item.scale, ...geometry }}
          aRef={aRef}
          settings={settings}
          className="rounded-md"
        />
      </div>
      <figcaption className="nums mt-1 flex justify-between gap-2 text-2xs text-ink-soft">
        <span>{FACET_WORDS[item.facet].name}</span>
        <span className="text-ink">{peakWords(item.peak, aRef)}</span>
      </figcaption>
    </figure>
  );
}
