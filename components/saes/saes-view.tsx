"use client";
import { useState } from "react";
import { counted } from "@/lib/features/format";
import type { ComparedSae } from "@/lib/saes/schema";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Empty } from "../ui/note";
import { PageHead } from "../ui/page-head";
import { Segmented } from "../ui/segmented";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { columnsOf } from "./columns";
import { architecturesOf, colorsOf, compareStateOf, DEFAULT_SORT, type FigureColumn, hueOf } from "./compared";
import { FiguresTable } from "./figures-table";
import { DensityLines, TrainingLines } from "./overlays";
import { ParetoPanel } from "./pareto-panel";

const TOKENS = [
  { value: "all", label: "All", title: "All tokens" },
  { value: "image", label: "Image", title: "Image tokens only" },
  { value: "text", label: "Text", title: "Text tokens only" },
] as const;
const AGAINST = [
  { value: "zero", label: "Zeros", title: "Zeros in place of the hidden states count as nothing recovered" },
  { value: "mean", label: "Mean", title: "The mean hidden state in their place counts as nothing recovered" },
] as const;

/** SAEs beside each other: what their sparsity buys, every figure, how their latents fire, how they were trained. */
export function SaesView({ saes, query }: { saes: ComparedSae[]; query: string }) {
  const refs = saes.map(({ ref }) => ref);
  const params = new URLSearchParams(useUrlQuery(query));
  const { chosen, group, against, sort } = compareStateOf(params, refs);
  const unknown = params.getAll("in").filter((ref) => !refs.includes(ref));
  const [marked, setMarked] = useState<string | null>(null);
  const shown = saes.filter(({ ref }) => chosen.includes(ref));
  const colors = colorsOf(shown);
  const columns = columnsOf({ group });
  const column = (key: string) => columns.find((one) => one.key === key) as FigureColumn;
  const choose = (next: string[]) => setUrlParams({ in: next.length === refs.length ? null : next }, "push");
  const sites = [...new Set(shown.map(({ model, site }) => `${model} ${site}`))];
  if (saes.length === 0) {
    return (
      <>
        <PageHead title="Compare SAEs" />
        <Empty title="There is no SAE yet">
          Run <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code>, or train one:
          SAEs stand here as soon as they are there.
        </Empty>
      </>
    );
  }
  const common = { saes: shown, colors, marked };
  return (
    <>
      <PageHead
        crumbs={[{ label: "home", href: "/" }, { label: "SAEs" }]}
        title="Compare SAEs"
        actions={<CopyButton label="Copy link" keys="." />}
      >
        How well hidden states are written by how few features: {counted(shown.length, "SAE")} of {saes.length} shown.
      </PageHead>
      {unknown.length > 0 && (
        <p className="mb-4 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn" role="status">
          There is no SAE {unknown.join(", ")}.
        </p>
      )}
      <div className="mb-3 flex flex-wrap items-center gap-x-5 gap-y-2">
        <Choice words="tokens">
          <Segmented
            label="Tokens"
            value={group}
            segments={TOKENS}
            onChange={(value) => setUrlParams({ of: value === "all" ? null : value }, "push")}
          />
        </Choice>
        <Choice words="nothing recovered is">
          <Segmented
            label="Nothing recovered is"
            value={against}
            segments={AGAINST}
            onChange={(value) => setUrlParams({ against: value === "zero" ? null : value }, "push")}
          />
        </Choice>
        <Legend saes={shown} />
        {shown.length < saes.length && (
          <Button look="ghost" className="ml-auto" onClick={() => choose(refs)}>
            Show all
          </Button>
        )}
      </div>
      {sites.length > 1 && (
        <p className="mb-3 text-sm text-ink-soft" role="status">
          These SAEs are of {sites.length} sites: figures compare among those of one site.
        </p>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <ParetoPanel
          {...common}
          title="L0 and fraction of variance unexplained"
          l0={column("l0")}
          figure={column("fvu")}
          onMark={setMarked}
        />
        <ParetoPanel
          {...common}
          title="L0 and cross-entropy recovered"
          l0={column("l0")}
          figure={column(against === "zero" ? "ce0" : "ce")}
          onMark={setMarked}
        />
      </div>
      <h2 className="mt-6 mb-2 font-semibold text-lg">Figures</h2>
      <FiguresTable
        {...{ saes, columns, chosen, colors, sort, marked }}
        onMark={setMarked}
        onSort={(next) => setUrlParams({ sort: next === DEFAULT_SORT ? null : next }, "push")}
        onChoose={choose}
      />
      <div className="mt-6 grid gap-4 lg:grid-cols-2">
        <DensityLines {...common} />
        <TrainingLines {...common} />
      </div>
    </>
  );
}

function Choice({ words, children }: { words: string; children: React.ReactNode }) {
  return (
    <div className="flex items-center gap-2">
      <span className="text-xs text-ink-soft" aria-hidden="true">
        {words}
      </span>
      {children}
    </div>
  );
}

/** What hue, shade and size mean. */
function Legend({ saes }: { saes: readonly ComparedSae[] }) {
  const architectures = architecturesOf(saes);
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-2xs text-ink-faint">
      {architectures.map((architecture) => (
        <span key={architecture} className="inline-flex items-center gap-1.5">
          <span
            className="size-2.5 rounded-full"
            style={{ background: hueOf(architectures, architecture) }}
            aria-hidden="true"
          />
          {architecture}
        </span>
      ))}
      <span>shade: L0 · size: features</span>
    </p>
  );
}
