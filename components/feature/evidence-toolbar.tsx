"use client";
import { lazy, Suspense, useState } from "react";
import { formatValue } from "@/lib/features/format";
import { cx } from "../ui/class-names";
import { Segmented } from "../ui/segmented";
import { Slider } from "../ui/slider";
import { OVERLAY_MODES, type OverlayMode } from "../viz/paint";
import { paletteColor } from "../viz/palette";
import type { useViewSettings, ViewSettings } from "../viz/view-settings";

const MoreSettings = lazy(() => import("./more-settings").then((m) => ({ default: m.MoreSettings })));

const MODE_WORDS: Record<OverlayMode, string> = { spot: "Spot", line: "Line", heat: "Heat", crop: "Crop", off: "Off" };
const MODE_TITLES: Record<OverlayMode, string> = {
  spot: "Spotlight: outside the region dimmed",
  line: "Outline of the region",
  heat: "Heat: strength as colour",
  crop: "Crop: the strongest region, enlarged",
  off: "No overlay",
};

interface Props {
  settings: ViewSettings;
  set: ReturnType<typeof useViewSettings>[1];
  aRef: number;
}

/** Overlay mode, its sliders and the legend in the feature's own unit. */
export function EvidenceToolbar({ settings, set, aRef }: Props) {
  const [adjusting, setAdjusting] = useState(false);
  const [more, setMore] = useState(false);
  const percent = (x: number) => `${Math.round(100 * x)} %`;
  const next = OVERLAY_MODES[(OVERLAY_MODES.indexOf(settings.overlay) + 1) % OVERLAY_MODES.length] as OverlayMode;
  const dims = settings.overlay === "spot" || settings.overlay === "heat";
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
      <Segmented
        label="Overlay"
        value={settings.overlay}
        onChange={(mode) => set("overlay", mode)}
        segments={OVERLAY_MODES.map((mode) => ({ value: mode, label: MODE_WORDS[mode], title: MODE_TITLES[mode] }))}
      />
      <button
        type="button"
        hidden
        data-key="o"
        data-key-label="next overlay mode"
        onClick={() => set("overlay", next)}
      />
      <button
        type="button"
        aria-expanded={adjusting}
        onClick={() => setAdjusting(!adjusting)}
        className="min-h-11 rounded-lg px-2 font-medium text-ink-soft text-xs underline underline-offset-2 sm:hidden"
      >
        Adjust
      </button>
      <div className={cx("flex flex-wrap items-center gap-x-5 gap-y-2", !adjusting && "max-sm:hidden")}>
        {dims && (
          <Slider
            label="Opacity"
            min={0}
            max={1}
            step={0.05}
            value={settings.opacity}
            text={percent(settings.opacity)}
            keys={["[", "]"]}
            onChange={(x) => set("op", x.toFixed(2).replace(/0$/, ""))}
          />
        )}
        {settings.overlay !== "off" && (
          <Slider
            label="Threshold"
            min={0}
            max={1}
            step={0.05}
            value={settings.cut}
            text={percent(settings.cut)}
            keys={["-", "="]}
            onChange={(x) => set("cut", x.toFixed(2).replace(/0$/, ""))}
          />
        )}
        {settings.overlay === "heat" && (
          <Segmented
            label="Palette"
            value={settings.palette}
            onChange={(name) => set("pal", name)}
            segments={[
              { value: "cividis", label: "Even" },
              { value: "inferno", label: "Vivid" },
            ]}
          />
        )}
        {settings.overlay !== "off" && (
          <button
            type="button"
            aria-expanded={more}
            onClick={() => setMore(!more)}
            className="min-h-7 rounded-lg px-1.5 font-medium text-ink-soft text-xs underline underline-offset-2 hover:text-ink pointer-coarse:min-h-11"
          >
            More
          </button>
        )}
      </div>
      {more && settings.overlay !== "off" && (
        <Suspense>
          <MoreSettings settings={settings} set={set} />
        </Suspense>
      )}
      <Legend settings={settings} aRef={aRef} />
    </div>
  );
}

/** The one scale of the feature: 0 to its reference strength, with the threshold marked. */
function Legend({ settings, aRef }: { settings: ViewSettings; aRef: number }) {
  const stops = Array.from({ length: 9 }, (_, i) => paletteColor(settings.palette, i / 8)).join(", ");
  return (
    <div
      className="nums flex items-center gap-1.5 text-2xs text-ink-faint"
      title={
        settings.contrast === "auto"
          ? "Colour runs from 0 to the peak of each picture: pictures cannot be compared by it."
          : "Colour runs from 0 to this feature's reference strength, the 99.9th percentile of its positive activations, in every picture."
      }
    >
      <span>0</span>
      <span className="relative h-2 w-20 rounded-full" style={{ background: `linear-gradient(90deg, ${stops})` }}>
        {settings.overlay !== "off" && (
          <span
            className="absolute -inset-y-0.5 w-0.5 bg-ink outline outline-panel"
            style={{ left: `${100 * settings.cut}%` }}
          />
        )}
      </span>
      <span>{settings.contrast === "auto" ? "each picture’s peak" : `${formatValue(aRef)} = ref`}</span>
    </div>
  );
}
