"use client";
import { type ReactNode, useMemo } from "react";
import { formatValue } from "@/lib/features/format";
import { type InspectCodes, valuesOf } from "@/lib/inspect/codes/format";
import { type InspectState, regionOfTokens, tokensOfRegion } from "@/lib/inspect/desk/format";
import type { InspectResult } from "@/lib/inspect/schema";
import { cx } from "../ui/class-names";
import { Panel } from "../ui/panel";
import { paletteColor } from "../viz/palette";
import { readable } from "../viz/token-strip";

interface Props {
  result: InspectResult;
  codes: InspectCodes | undefined;
  state: InspectState;
  set: (changed: Partial<InspectState>, history?: "push" | "replace") => void;
  hovered: number | null;
  nameOf: (feature: number) => string;
  aside?: ReactNode;
  className?: string | undefined;
}

/** The words of the input as buttons: choosing some lists the features that fire on them, on the same scale as the image. */
export function TextPanel({ result, codes, state, set, hovered, nameOf, aside, className }: Props) {
  const chosen = new Set(tokensOfRegion(state.a));
  const feature = hovered ?? state.pins[0] ?? null;
  const values = useMemo(
    () => (codes && feature !== null ? valuesOf(codes, feature) : new Map<number, number>()),
    [codes, feature],
  );
  const i = codes && feature !== null ? codes.feature.indexOf(feature) : -1;
  const ref = i < 0 ? 1 : (codes?.ref[i] as number);
  const written = result.tokens.map((token, position) => ({ ...token, position })).filter((t) => t.kind !== "image");
  if (written.length === 0) return null;
  const toggle = (position: number, more: boolean) => {
    const next = new Set(more ? chosen : []);
    if (chosen.has(position)) next.delete(position);
    else next.add(position);
    set({ a: regionOfTokens([...next]), b: null }, "replace");
  };
  return (
    <Panel
      title="Text"
      {...(className ? { className } : {})}
      aside={aside ?? (feature === null ? "click a word; Shift adds" : `tinted by ${nameOf(feature)}`)}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: words to choose from are a group, not a form's fields */}
      <div role="group" aria-label="Words of the input" className="flex flex-wrap gap-y-1 font-mono text-sm">
        {written.map(({ text, kind, position }) => {
          const value = values.get(position) ?? 0;
          const t = Math.min(1, value / ref);
          return (
            <button
              key={position}
              type="button"
              aria-pressed={chosen.has(position)}
              title={value > 0 ? `${formatValue(value)} of ${nameOf(feature as number)}` : undefined}
              onClick={(event) => toggle(position, event.shiftKey)}
              className={cx(
                "min-h-7 whitespace-pre rounded px-0.5 hover:bg-sunken pointer-coarse:min-h-11 pointer-coarse:px-2",
                kind === "special" && "text-2xs text-ink-faint",
                chosen.has(position) && "outline-2 outline-accent",
                value > 0 && "underline decoration-2 underline-offset-4",
              )}
              style={
                value > 0
                  ? {
                      background: `color-mix(in oklab, ${paletteColor("inferno", 0.35 + 0.5 * t)} ${Math.round(12 + 40 * t)}%, transparent)`,
                      textDecorationColor: paletteColor("inferno", 0.45 + 0.4 * t),
                    }
                  : undefined
              }
            >
              {readable(text)}
            </button>
          );
        })}
      </div>
    </Panel>
  );
}
