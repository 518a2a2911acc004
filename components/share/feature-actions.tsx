"use client";
import { lazy, Suspense, useState } from "react";
import { wordAddress, wordOfLabel } from "@/lib/inspect/word/format";
import { printVersions } from "@/lib/share/format";
import { StarButton } from "../lists/star-toggle";
import { Button, buttonClass } from "../ui/button";
import { Link } from "../ui/link";
import { ExportMenu } from "./export-menu";
import type { Shared } from "./shared";

const CiteDialog = lazy(() => import("./cite-dialog").then((m) => ({ default: m.CiteDialog })));
const EmbedDialog = lazy(() => import("./embed-dialog").then((m) => ({ default: m.EmbedDialog })));
const BlindDialog = lazy(() => import("../blind/blind-dialog").then((m) => ({ default: m.BlindDialog })));

type Open = "cite" | "embed" | "blind";

/** Blind test, citation, embedding and files of a feature. */
export function FeatureActions({ feature, pinned }: { feature: Shared; pinned: boolean }) {
  const [open, setOpen] = useState<Open>();
  const sae = `${feature.model}/${feature.sae}`;
  const close = () => setOpen(undefined);
  const at = printVersions(feature.versions);
  const files = () => import("./feature-files");
  const band = () => new URLSearchParams(window.location.search).get("band") ?? "top";
  return (
    <div className="flex flex-wrap items-center gap-x-1">
      <StarButton feature={feature.ref} />
      {feature.blind && (
        <Button look="ghost" onClick={() => setOpen("blind")}>
          Blind test
        </Button>
      )}
      <Link
        href={wordAddress({ in: sae, feature: feature.index, word: wordOfLabel(feature.label) })}
        className={buttonClass("ghost")}
      >
        Try a word on it
      </Link>
      <Button look="ghost" onClick={() => setOpen("cite")}>
        Cite
      </Button>
      <Button look="ghost" onClick={() => setOpen("embed")}>
        Embed
      </Button>
      <ExportMenu
        items={[
          { name: "PNG", holds: "the evidence as a figure", run: async () => (await files()).saveFigure(feature) },
          {
            name: "CSV",
            holds: "every exemplar of every band",
            run: async () => (await files()).saveExemplars(feature),
          },
          {
            name: "JSON",
            holds: "all numbers with the first band",
            run: async () => (await files()).saveJson(feature),
          },
        ]}
      />
      {pinned && <span className="px-2 font-mono text-ink-faint text-xs">cited version {at}</span>}
      <Suspense>
        {open === "cite" && <CiteDialog feature={feature} at={at} onClose={close} />}
        {open === "embed" && (
          <EmbedDialog path={feature.ref} title={feature.label ?? `Feature ${feature.index}`} onClose={close} />
        )}
        {open === "blind" && <BlindDialog scope={feature.ref} shown={band()} onClose={close} />}
      </Suspense>
    </div>
  );
}
