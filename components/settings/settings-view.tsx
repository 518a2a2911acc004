"use client";
import { type ReactNode, useState } from "react";
import { KEYS_OFF } from "../shell/keys-off";
import { LABELS_IN } from "../shell/labels-in";
import { Button } from "../ui/button";
import { PageHead } from "../ui/page-head";
import { Panel } from "../ui/panel";
import { Segmented } from "../ui/segmented";
import { Slider } from "../ui/slider";
import { OVERLAY_MODES, type OverlayMode } from "../viz/paint";
import type { PaletteName } from "../viz/palette";
import { REMEMBERED, VIEW_DEFAULTS } from "../viz/view-settings";
import { keepSetting, useDeviceSetting } from "./use-device-setting";

const KEYS = { theme: "theme", keysOff: KEYS_OFF, view: REMEMBERED } as const;
const MODE_WORDS: Record<OverlayMode, string> = { spot: "Spot", line: "Line", heat: "Heat", crop: "Crop", off: "Off" };
type ViewParam = keyof typeof VIEW_DEFAULTS;

function readView(stored: string | null): Record<ViewParam, string> {
  try {
    return { ...VIEW_DEFAULTS, ...(JSON.parse(stored ?? "{}") as Partial<Record<ViewParam, string>>) };
  } catch {
    return VIEW_DEFAULTS;
  }
}

/** A language as those who speak it call it. */
function nameOf(code: string): string {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What is remembered on this device. Nothing of it is sent anywhere. @param languages codes that labels may be translated into */
export function SettingsView({ languages }: { languages: readonly string[] }) {
  const [labelsIn, setLabelsIn] = useDeviceSetting(LABELS_IN);
  const [theme, setTheme] = useDeviceSetting(KEYS.theme);
  const [keysOff, setKeysOff] = useDeviceSetting(KEYS.keysOff);
  const [storedView, setStoredView] = useDeviceSetting(KEYS.view);
  const view = readView(storedView);
  const set = (name: ViewParam, value: string) => {
    const next = Object.entries({ ...view, [name]: value }).filter(([key, v]) => v !== VIEW_DEFAULTS[key as ViewParam]);
    setStoredView(next.length > 0 ? JSON.stringify(Object.fromEntries(next)) : null);
  };
  const share = (name: "cut" | "op") => Number(view[name]);
  const percent = (x: number) => `${Math.round(100 * x)} %`;
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-4">
      <PageHead title="Settings" className="mb-1">
        Remembered on this device and sent nowhere.
      </PageHead>
      <Panel title="Theme">
        <Segmented
          label="Theme"
          value={theme === "light" || theme === "dark" ? theme : "system"}
          onChange={(value) => setTheme(value === "system" ? null : value)}
          segments={[
            { value: "system", label: "As the system" },
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
          ]}
        />
      </Panel>
      <Panel title="Language of labels" aside="the page itself stays English">
        <Segmented
          label="Language of labels"
          value={labelsIn ?? "en"}
          onChange={(value) => setLabelsIn(value === "en" ? null : value)}
          segments={[...new Set(["en", ...languages, ...(labelsIn ? [labelsIn] : [])])].map((value) => ({
            value,
            label: nameOf(value),
          }))}
        />
        <p className="mt-2 text-ink-faint text-xs">
          Explainers that can, translate. A label without a translation is shown in English.
        </p>
      </Panel>
      <Panel title="Keys">
        <label className="flex min-h-9 items-center gap-2.5 text-sm pointer-coarse:min-h-11">
          <input
            type="checkbox"
            checked={keysOff === null}
            onChange={(event) => setKeysOff(event.target.checked ? null : "1")}
          />
          Single letters act as keys
        </label>
        <p className="text-ink-faint text-xs">Press ? on a page for its keys. Ctrl K and Esc work either way.</p>
      </Panel>
      <Panel title="Overlay" aside="how regions are drawn where an address does not say">
        <div className="flex flex-col gap-3">
          <Row name="Mode">
            <Segmented
              label="Overlay"
              value={view.overlay as OverlayMode}
              onChange={(value) => set("overlay", value)}
              segments={OVERLAY_MODES.map((value) => ({ value, label: MODE_WORDS[value] }))}
            />
          </Row>
          <Row name="Palette of heat">
            <Segmented
              label="Palette"
              value={view.pal as PaletteName}
              onChange={(value) => set("pal", value)}
              segments={[
                { value: "cividis", label: "Even" },
                { value: "inferno", label: "Vivid" },
              ]}
            />
          </Row>
          <Slider
            label="Opacity"
            min={0}
            max={1}
            step={0.05}
            value={share("op")}
            text={percent(share("op"))}
            onChange={(x) => set("op", x.toFixed(2).replace(/0$/, ""))}
          />
          <Slider
            label="Threshold"
            min={0}
            max={1}
            step={0.05}
            value={share("cut")}
            text={percent(share("cut"))}
            onChange={(x) => set("cut", x.toFixed(2).replace(/0$/, ""))}
          />
        </div>
      </Panel>
      <Forget />
    </div>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
      <span className="text-ink-soft text-xs">{name}</span>
      {children}
    </div>
  );
}

/** Forgets everything that Fovea remembers on this device, and can take it back. */
function Forget() {
  const [gone, setGone] = useState<[string, string][]>();
  const forget = () => {
    const ours = Object.entries(localStorage).filter(([name]) => name === KEYS.theme || name.startsWith("fovea-"));
    for (const [name] of ours) keepSetting(name, null);
    setGone(ours as [string, string][]);
  };
  const restore = () => {
    for (const [name, value] of gone ?? []) keepSetting(name, value);
    setGone(undefined);
  };
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-3">
      <Button look="danger" onClick={forget}>
        Forget all of this
      </Button>
      <p role="status" className="text-ink-soft text-sm">
        {gone && (gone.length > 0 ? "Forgotten." : "There was nothing to forget.")}
      </p>
      {gone && gone.length > 0 && (
        <Button look="ghost" onClick={restore}>
          Undo
        </Button>
      )}
    </div>
  );
}
