"use client";
import { useDeferredValue, useState } from "react";
import {
  type EmbedView,
  embedCode,
  HEIGHTS,
  PART_WORDS,
  PARTS,
  parseEmbed,
  printEmbed,
  THEMES,
} from "@/lib/share/embed/format";
import { CopyButton } from "../ui/copy-button";
import { Dialog } from "../ui/dialog";
import { Segmented } from "../ui/segmented";
import { Slider } from "../ui/slider";

interface Props {
  /** Below /embed/: a ref, `lists/<id>`, `run/<id>`. */
  path: string;
  title: string;
  /** Whether parts can be chosen; only features have parts. */
  parts?: boolean;
  onClose: () => void;
}

/** Composes the code of a view for another page, with the view itself beside it. */
export function EmbedDialog({ path, title, parts = true, onClose }: Props) {
  const [view, setView] = useState<EmbedView>(() => parseEmbed({}));
  const [height, setHeight] = useState<number>(HEIGHTS.usual);
  const url = `${window.location.origin}/embed/${path}${printEmbed(view)}`;
  const shown = useDeferredValue(url);
  const toggle = (part: (typeof PARTS)[number]) => {
    const show = new Set(view.show);
    if (!show.delete(part)) show.add(part);
    setView({ ...view, show });
  };
  const code = embedCode(url, title, height);
  return (
    <Dialog title="Embed" onClose={onClose} wide>
      <div className="grid gap-5 md:grid-cols-[15rem_minmax(0,1fr)]">
        <div className="flex flex-col gap-4">
          {parts && (
            <fieldset className="max-sm:grid max-sm:grid-cols-2">
              <legend className="mb-1 text-ink-soft text-xs">Show</legend>
              {PARTS.map((part) => (
                <label key={part} className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-11">
                  <input type="checkbox" checked={view.show.has(part)} onChange={() => toggle(part)} />
                  {PART_WORDS[part]}
                </label>
              ))}
            </fieldset>
          )}
          <div>
            <p className="mb-1 text-ink-soft text-xs">Theme</p>
            <Segmented
              label="Theme"
              value={view.theme}
              onChange={(theme) => setView({ ...view, theme })}
              segments={THEMES.map((value) => ({ value, label: value }))}
            />
          </div>
          <Slider
            label="Height"
            min={HEIGHTS.least}
            max={1000}
            step={20}
            value={height}
            text={`${height} px`}
            onChange={setHeight}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <iframe
            src={shown}
            title="Preview"
            height={Math.min(height, 460)}
            className="w-full rounded-xl border border-line bg-page"
          />
          <p className="select-all break-all rounded-lg bg-sunken px-3 py-2 font-mono text-xs">{code}</p>
          <div className="flex justify-end">
            <CopyButton label="Copy code" text={code} />
          </div>
        </div>
      </div>
    </Dialog>
  );
}
