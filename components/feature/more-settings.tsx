"use client";
import { Segmented } from "../ui/segmented";
import { Slider } from "../ui/slider";
import type { useViewSettings, ViewSettings } from "../viz/view-settings";

interface Props {
  settings: ViewSettings;
  set: ReturnType<typeof useViewSettings>[1];
}

/** Settings of the overlay that are seldom wanted: gamma of the heat, contrast, blending. */
export function MoreSettings({ settings, set }: Props) {
  return (
    <div className="flex w-full flex-wrap items-center gap-x-5 gap-y-2">
      {settings.overlay === "heat" && (
        <Slider
          label="Gamma"
          min={0.3}
          max={3}
          step={0.1}
          value={settings.gamma}
          text={settings.gamma.toFixed(1)}
          onChange={(x) => set("gamma", x.toFixed(1))}
        />
      )}
      <Segmented
        label="Contrast"
        value={settings.contrast}
        onChange={(value) => set("contrast", value)}
        segments={[
          {
            value: "fixed",
            label: "One scale",
            title: "colour and threshold run to the reference strength in every picture",
          },
          {
            value: "auto",
            label: "Per picture",
            title: "colour and threshold run to the peak of each picture; every card says so",
          },
        ]}
      />
      {(settings.overlay === "spot" || settings.overlay === "heat") && (
        <Segmented
          label="Cells"
          value={settings.smooth ? "1" : "0"}
          onChange={(value) => set("smooth", value)}
          segments={[
            { value: "0", label: "Patches", title: "patches as they are" },
            { value: "1", label: "Blended", title: "patches blended for the eye; every number stays by patch" },
          ]}
        />
      )}
    </div>
  );
}
