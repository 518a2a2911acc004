"use client";
import type { Exemplar } from "@/lib/features/schema";
import { decodeBytes } from "../viz/grid";
import { type PaletteName, paletteColor } from "../viz/palette";
import { TokenStrip } from "../viz/token-strip";
import { peakWords } from "./exemplar-card";

/** Text exemplars: each window with a tint per token, its value at the left. */
export function TextWindows({
  items,
  aRef,
  palette,
}: {
  items: readonly Exemplar[];
  aRef: number;
  palette: PaletteName;
}) {
  return (
    <ul className="mt-3 divide-y divide-line rounded-lg border border-line" aria-label="Texts">
      {items.map((item, i) => {
        const values = Array.from(decodeBytes(item.grid), (code) => (code * item.scale) / 255);
        return (
          <li key={i} className="flex gap-3 px-3 py-1.5">
            <span className="nums w-12 shrink-0 pt-1.5 text-right text-xs text-ink-faint">
              {item.why ? "0" : peakWords(item.peak, aRef).split(" ·")[0]}
            </span>
            <TokenStrip
              tokens={item.tokens ?? []}
              values={values}
              aRef={aRef}
              peakAt={typeof item.peakAt === "number" ? item.peakAt : -1}
              color={(t) => paletteColor(palette, t)}
              className="min-w-0"
            />
          </li>
        );
      })}
    </ul>
  );
}
