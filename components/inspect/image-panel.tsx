"use client";
import { Fragment, type ReactNode, useMemo, useState } from "react";
import { formatShare, formatValue } from "@/lib/features/format";
import { firingAt, type InspectCodes } from "@/lib/inspect/codes/format";
import type { InspectState } from "@/lib/inspect/desk/format";
import { sharesOf, signedShare } from "@/lib/inspect/explained/format";
import { positionOfCell, positionsWhere } from "@/lib/inspect/region/format";
import type { InspectResult, InspectSae } from "@/lib/inspect/schema";
import { wordAddress } from "@/lib/inspect/word/format";
import { Button, buttonClass } from "../ui/button";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { Segmented } from "../ui/segmented";
import { HEAT } from "../viz/heat";
import { decodeMask, encodeMask } from "../viz/mask";
import { PatchGrid, type RegionName } from "../viz/patch-grid";
import { type PinLook, pinLook } from "../viz/pin-colors";
import { viewBox } from "../viz/placement";
import { outlinePath } from "../viz/region";
import { boxOf, Outline, RegionOverlay } from "../viz/region-overlay";
import { CellTable } from "./cell-table";
import { explainedGrid, missedGrid, valueGrid } from "./painted";
import { PaintedChoice, PaintedLegend } from "./painted-legend";

interface Props {
  result: InspectResult;
  sae: InspectSae;
  codes: InspectCodes | undefined;
  state: InspectState;
  set: (changed: Partial<InspectState>, history?: "push" | "replace") => void;
  hovered: number | null;
  nameOf: (feature: number) => string;
  sha: string;
  cell: number | null;
  onCell: (cell: number | null) => void;
  aside?: ReactNode;
}

const SAID = 3;

/** The image with its cells: regions A and B, what a feature of the list does, pinned features, what the SAE misses. */
export function ImagePanel({ result, sae, codes, state, set, hovered, nameOf, sha, cell, onCell, aside }: Props) {
  const geometry = result.geometry as NonNullable<InspectResult["geometry"]>;
  const { rows, cols } = geometry;
  const [active, setActive] = useState<RegionName>("a");
  const [table, setTable] = useState(false);
  const size = result.image as NonNullable<InspectResult["image"]>;
  const view = viewBox(geometry.affine, size.width, size.height);
  const positions = useMemo(() => positionOfCell(result), [result]);
  const cells = useMemo(() => ({ positions, rows, cols }), [positions, rows, cols]);
  const within = useMemo(() => positionsWhere(result, "image"), [result]);
  const gridOf = (feature: number) => valueGrid(codes, feature, cells);
  // What is pointed at, else the first that is pinned: its shares are shown and said.
  const named = hovered ?? state.pins[0] ?? null;
  const share = useMemo(() => {
    if (state.show === "missed") return missedGrid(sae.unexplained, cells);
    return state.show === "explained" && codes && named !== null ? explainedGrid(codes, named, cells) : undefined;
  }, [state.show, sae, codes, named, cells]);
  const [a, b] = [cellsOf(state.a, rows * cols), cellsOf(state.b, rows * cols)];
  // Upper left corner of an outline, in per cent of the image; letters of outlines that begin alike stand side by side.
  const cornerOf = (mask: Uint8Array, slot: number) => {
    const first = mask.indexOf(1);
    const earlier = state.pins.slice(0, slot).filter((other) => gridOf(other).codes.findIndex((q) => q > 0) === first);
    const inside = (x: number) => Math.min(97, Math.max(3, x));
    return {
      left: inside(view.left + (view.width * (first % cols)) / cols + 4.5 * earlier.length),
      top: inside(view.top + (view.height * Math.floor(first / cols)) / rows),
    };
  };
  const says = (at: number) => {
    const place = `row ${Math.floor(at / cols) + 1}, column ${(at % cols) + 1}`;
    const firing = codes ? firingAt(codes, positions[at] as number).slice(0, SAID) : [];
    const said = firing.length === 0 ? "nothing fires" : "";
    return `${place}: ${said}${firing.map((f) => `${nameOf(f.feature)} ${formatValue(f.value)}`).join(", ")}${shareAt(at)}`;
  };
  const shareAt = (at: number) => {
    const position = positions[at] as number;
    if (state.show === "missed") return `; ${formatShare(sae.unexplained[position] ?? 0)} unexplained`;
    if (state.show !== "explained" || !codes?.share || named === null) return "";
    return `; ${signedShare(sharesOf(codes, named).get(position) ?? 0)} explained by ${nameOf(named)}`;
  };
  const src = `/i/${sha}/512.webp`;
  const shown = state.show !== "values" ? share : hovered === null ? undefined : gridOf(hovered);
  return (
    <Panel title="Image" aside={aside} className="[--overlay-opacity:0.75]">
      <div
        className="mx-auto w-full rounded-lg bg-mat p-1.5"
        style={{ maxWidth: `calc(36rem * ${size.width / size.height})` }}
      >
        <div className="picture relative" style={{ aspectRatio: `${size.width} / ${size.height}` }}>
          <img src={src} alt="what is looked at" className="absolute inset-0 size-full rounded-sm" decoding="async" />
          {shown && <RegionOverlay grid={shown} view={view} aRef={shown.scale} settings={HEAT} />}
          {state.pins.map((feature, slot) => {
            const grid = gridOf(feature);
            const mask = grid.codes.map((code) => (code > 0 ? 1 : 0));
            if (!mask.includes(1)) return null;
            const look = pinLook(slot);
            return (
              <Fragment key={feature}>
                <Outline path={outlinePath(mask, rows, cols)} grid={grid} box={boxOf(view)} look={look} />
                <PinTag look={look} place={cornerOf(mask, slot)} />
              </Fragment>
            );
          })}
          <PatchGrid
            {...{ rows, cols, view, a, b, active, says, onCell }}
            src={src}
            onSwap={() => setActive(active === "a" ? "b" : "a")}
            onPaint={(region, cells) => set({ [region]: encodeMask(cells) }, "replace")}
          />
        </div>
      </div>
      <p className="nums mt-2 min-h-5 truncate text-ink-soft text-xs" aria-hidden="true">
        {cell === null ? "Point at a cell to read it; drag to choose region A; Shift adds." : says(cell)}
      </p>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Segmented
          label="Region to choose"
          value={active}
          onChange={setActive}
          segments={[
            { value: "a", label: "A ▭", title: "region A, solid" },
            { value: "b", label: "B ┄", title: "region B, dashed: what A is compared with; all else when it is empty" },
          ]}
        />
        {(state.a || state.b) && <Button onClick={() => set({ a: null, b: null })}>Clear</Button>}
        <PaintedChoice value={state.show} onChange={(show) => set({ show })} />
        <Button aria-pressed={table} look={table ? "solid" : "outline"} onClick={() => setTable(!table)}>
          As table
        </Button>
        <Link
          href={wordAddress({ in: sae.sae, feature: state.pins[0] ?? null, image: sha })}
          className={buttonClass("outline")}
          title="Write a word on this image and see what it changes"
        >
          Word bench
        </Link>
      </div>
      {state.show !== "values" && (
        <PaintedLegend
          {...{ codes, within, nameOf }}
          show={state.show}
          unexplained={sae.unexplained}
          most={share?.scale ?? 0}
          feature={named}
        />
      )}
      {table && codes && <CellTable {...{ rows, cols, positions, codes, nameOf }} />}
    </Panel>
  );
}

/** The letter of a pinned feature at the upper left corner of its outline. */
function PinTag({ look, place }: { look: PinLook; place: { left: number; top: number } }) {
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute grid size-4 -translate-x-1/2 -translate-y-1/2 place-items-center rounded font-bold text-[0.65rem] leading-none"
      style={{
        left: `${place.left}%`,
        top: `${place.top}%`,
        background: look.color,
        color: "#111",
        outline: "1px solid #000",
      }}
    >
      {look.letter}
    </span>
  );
}

function cellsOf(region: string | null, n: number): Uint8Array {
  return region && !region.startsWith("t:") ? decodeMask(region, n) : new Uint8Array(n);
}
