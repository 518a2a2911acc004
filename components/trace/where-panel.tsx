"use client";
import { useMemo } from "react";
import { tokensAt } from "@/lib/trace/causes/format";
import type { DeskState } from "@/lib/trace/desk/format";
import { formatSigned, type TraceSite, type TraceToken } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";
import type { ImageSize } from "@/lib/trace/types";
import { Panel } from "../ui/panel";
import { SignedLegend } from "../viz/signed-bar";
import { SignedPicture } from "../viz/signed-picture";
import { type SignedToken, SignedTokenStrip } from "../viz/signed-token-strip";
import { ShareBar } from "./share-bar";

interface Props {
  result: TraceResult;
  site: TraceSite;
  state: DeskState;
  size: ImageSize | null;
  /** Positions to point at. */
  marked: readonly number[];
}

/** Where the answer comes from: patches of the image, words of the question, and what is no feature at all. */
export function WherePanel({ result, site, state, size, marked }: Props) {
  const { geometry } = result;
  const tokens = useMemo(() => tokensAt(result, site), [result, site]);
  const grid = useMemo(
    () => (site.grid && geometry ? { codes: site.grid, scale: site.scale, ...geometry } : null),
    [site, geometry],
  );
  const strip = useMemo(() => stripOf(tokens, site.perToken, marked), [tokens, site, marked]);
  const cells = useMemo(() => marked.flatMap((position) => tokens[position]?.cell ?? []), [marked, tokens]);
  return (
    <Panel title="Where" aside={<span className="font-mono">{site.site}</span>}>
      <div className="flex flex-col gap-3.5">
        {state.image && size && (
          <div className="grid place-items-center rounded-lg bg-mat p-2">
            <SignedPicture
              src={`/i/${state.image}/512.webp`}
              alt="What was asked about"
              width={size.width}
              height={size.height}
              grid={grid}
              marked={cells}
              className="max-h-[24rem] w-full rounded-md"
            />
          </div>
        )}
        <SignedLegend
          plus={`supports “${result.answer.text.trim()}”`}
          minus={`opposes it, for “${result.against.text.trim()}”`}
        />
        {grid && (
          <p className="nums -mt-2 text-2xs text-ink-faint">
            full colour: the strongest patch, {formatSigned(site.scale).replace("+", "±")}
          </p>
        )}
        <SignedTokenStrip label="Tokens of the conversation with their part in the gap" {...strip} />
        <ShareBar site={site} result={result} />
      </div>
    </Panel>
  );
}

/** Tokens in order with the image's patches as one. */
function stripOf(tokens: readonly TraceToken[], perToken: readonly number[], marked: readonly number[]) {
  const out: SignedToken[] = [];
  const patches = tokens.flatMap(({ kind }, i) => (kind === "image" ? [i] : []));
  const here = new Set(marked);
  for (const [i, { text, kind }] of tokens.entries()) {
    const value = perToken[i] ?? 0;
    if (kind !== "image") {
      out.push({ text, value, said: formatSigned(value), faint: kind === "special", marked: here.has(i) });
    } else if (i === patches[0]) {
      const total = patches.reduce((sum, p) => sum + (perToken[p] ?? 0), 0);
      const said = `${patches.length} patches, ${formatSigned(total)} in all`;
      out.push({ text: " ▦ image ", value: total, said, faint: true, marked: patches.some((p) => here.has(p)) });
    }
  }
  const most = Math.max(0, ...out.filter(({ faint }) => !faint).map(({ value }) => Math.abs(value)));
  return { tokens: out, most };
}
