"use client";
import { lazy, Suspense, useEffect, useState } from "react";
import { counted, formatShare, formatValue } from "@/lib/features/format";
import type { BandId, Exemplar, Feature } from "@/lib/features/schema";
import { ErrorNote } from "../ui/error-note";
import { Segmented } from "../ui/segmented";
import { useUrlParam } from "../ui/url-params";
import { paletteColor } from "../viz/palette";
import { useViewSettings } from "../viz/view-settings";
import { BandShaft, stopsOf } from "./band-shaft";
import { BAND_TONE } from "./band-tone";
import { EvidenceToolbar } from "./evidence-toolbar";
import { ExemplarCard } from "./exemplar-card";
import { useExemplars } from "./use-exemplars";

// Each comes when it is first shown: texts with the first band that has some, the lightbox on a click.
const TextWindows = lazy(() => import("./text-windows").then((m) => ({ default: m.TextWindows })));
const MissPairs = lazy(() => import("./miss-pairs").then((m) => ({ default: m.MissPairs })));
const Lightbox = lazy(() => import("./lightbox").then((m) => ({ default: m.Lightbox })));

export interface EvidenceProps {
  feature: Pick<Feature, "ref" | "aRef" | "bands" | "nFiring" | "exemplars" | "imageShare">;
  /** The page's query as the server read it. */
  query: Record<string, string>;
}

/** Two rows of a wide screen. */
const FIRST_PICTURES = 8;

/** Images and texts of one band with their regions; band, overlay and sliders live in the address. */
export function Evidence({ feature, query }: EvidenceProps) {
  const [settings, set] = useViewSettings(query);
  const [band, setBand] = useUrlParam("band", "top", query.band, "push");
  const [by, setBy] = useUrlParam("by", "peak", query.by, "push");
  const [modality, setModality] = useUrlParam("modality", "auto", query.modality, "push");
  const [open, setOpen] = useState<Exemplar>();
  const stops = stopsOf(feature.bands, feature.aRef, feature.nFiring);
  const at = stops.some((s) => s.id === band) ? (band as BandId) : "top";
  const first = { band: feature.exemplars.band.id, by: query.by ?? "peak", modality: query.modality ?? "auto" };
  const { shown, busy, problem, retry, prefetch } = useExemplars(feature.ref, feature.exemplars, first, {
    band: at,
    by,
    modality,
  });

  // Bars of the histogram are links to their band; with scripts on, they move the elevator instead of the page.
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest<SVGAElement>("a[data-band]") : null;
      if (!link?.dataset.band || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      setBand(link.dataset.band);
    };
    document.addEventListener("click", onClick);
    return () => document.removeEventListener("click", onClick);
  }, [setBand]);

  // The document carries the first rows; the rest, which nobody has scrolled to yet, is drawn when the page is alive.
  const [alive, setAlive] = useState(false);
  useEffect(() => setAlive(true), []);
  const pictures = shown.items.filter((item) => item.image).slice(0, alive ? undefined : FIRST_PICTURES);
  const texts = alive ? shown.items.filter((item) => item.tokens) : [];
  const color = (id: BandId) => (id === "miss" ? "var(--line-strong)" : paletteColor(settings.palette, BAND_TONE[id]));
  return (
    <section aria-label="Evidence" id="evidence" className="min-w-0 rounded-xl border border-line bg-panel shadow-lift">
      <div className="flex flex-col gap-2.5 border-line border-b p-3 sm:p-4">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h2 className="text-sm font-semibold">
            Evidence
            <span className="nums ml-2 font-normal text-ink-faint" aria-live="polite">
              {bandWords(shown.band)}
            </span>
          </h2>
          <div className="flex flex-wrap gap-2">
            <Segmented
              label="Modality"
              value={modality === "both" ? "auto" : modality}
              onChange={setModality}
              segments={[
                { value: "auto", label: "Both" },
                { value: "image", label: "Image" },
                { value: "text", label: "Text" },
              ]}
            />
            <Segmented
              label="Ranked by"
              value={by}
              onChange={setBy}
              segments={[
                { value: "peak", label: "Peak", title: "by peak: small things first" },
                { value: "mean", label: "Mean", title: "by mean: large textures first" },
              ]}
            />
          </div>
        </div>
        <EvidenceToolbar settings={settings} set={set} aRef={feature.aRef} />
      </div>
      <div className="flex flex-col gap-3 p-3 sm:p-4 md:flex-row" aria-busy={busy}>
        <BandShaft stops={stops} value={at} color={color} onChange={setBand} onNear={prefetch} />
        <div
          className="busy-body min-w-0 flex-1"
          style={{ "--overlay-opacity": settings.opacity } as React.CSSProperties}
        >
          {problem && (
            <ErrorNote detail={problem.message} code={problem.code} requestId={problem.requestId} onRetry={retry} />
          )}
          {shown.band.id === "miss" && pictures.length > 0 && (
            <Suspense>
              <MissPairs
                featureRef={feature.ref}
                items={pictures}
                top={feature.exemplars.band.id === "top" ? feature.exemplars : undefined}
                geometries={shown.geometries}
                aRef={feature.aRef}
                settings={settings}
                query={query}
                onOpen={setOpen}
              />
            </Suspense>
          )}
          <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-4" aria-label="Images">
            {(shown.band.id === "miss" ? [] : pictures).map((item, i) => {
              const geometry = shown.geometries.find((g) => g.id === item.geometry);
              // Slots keep their place from band to band, so that images swap where they are.
              return (
                geometry && (
                  <li key={i} className="group/card relative">
                    <ExemplarCard
                      item={item}
                      geometry={geometry}
                      aRef={feature.aRef}
                      settings={settings}
                      eager={i < 8}
                      onOpen={() => setOpen(item)}
                    />
                    {/* Fingers find it in the lightbox. */}
                    <a
                      href={`/images/${item.image?.sha.slice(0, 16)}?f=${feature.ref}`}
                      className="pointer-coarse:hidden absolute right-2.5 bottom-3 rounded-md bg-black/70 px-1.5 py-px font-semibold text-2xs text-white opacity-0 focus-visible:opacity-100 group-hover/card:opacity-100"
                    >
                      everything here
                    </a>
                  </li>
                )
              );
            })}
          </ul>
          {texts.length > 0 && (
            <Suspense>
              <TextWindows items={texts} aRef={feature.aRef} palette={settings.palette} />
            </Suspense>
          )}
          {shown.items.length === 0 && !busy && (
            <p className="py-10 text-center text-sm text-ink-soft">{emptyWords(at, modality)}</p>
          )}
        </div>
      </div>
      {open && (
        <Suspense>
          <Lightbox
            items={pictures.includes(open) ? pictures : [open]}
            geometries={shown.geometries}
            open={open}
            aRef={feature.aRef}
            settings={settings}
            onMove={setOpen}
            onClose={() => setOpen(undefined)}
            featureRef={feature.ref}
          />
        </Suspense>
      )}
    </section>
  );
}

function bandWords(band: Feature["exemplars"]["band"]): string {
  if (band.id === "top") return `strongest of ${counted(band.n, "sample")} that fire`;
  if (band.id === "miss") return "silent samples that come near";
  return `${formatValue(band.lo)} to ${formatValue(band.hi)} · ${counted(band.n, "sample")} · ${formatShare(band.share)} of those that fire`;
}

function emptyWords(band: BandId, modality: string): string {
  if (modality !== "auto") return `No ${modality} sample in this band. Choose “Both” to see the rest.`;
  return band === "miss" ? "No silent sample comes near this feature." : "No sample in this band.";
}
