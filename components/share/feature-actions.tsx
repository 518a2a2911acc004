"use client";
import { lazy, Suspense, useState } from "react";
import { wordAddress, wordOfLabel } from "@/lib/inspect/word/format";
import { printVersions } from "@/lib/share/format";
import { StarButton } from "../lists/star-toggle";
import { Button, buttonClass } from "../ui/button";
import { cx } from "../ui/class-names";
import { Link } from "../ui/link";
import { ExportMenu } from "./export-menu";
import type { Shared } from "./shared";

const CiteDialog = lazy(() => import("./cite-dialog").then((m) => ({ default: m.CiteDialog })));
const EmbedDialog = lazy(() => import("./embed-dialog").then((m) => ({ default: m.EmbedDialog })));
const BlindDialog = lazy(() => import("../blind/blind-dialog").then((m) => ({ default: m.BlindDialog })));

type Open = "cite" | "embed" | "blind";

interface Props {
  feature: Shared;
  pinned: boolean;
  /** Address of a random feature. */
  random: string;
}

/** A list under its button on a phone, a row on a wide window. */
const MENU =
  "max-sm:absolute max-sm:top-full max-sm:right-0 max-sm:z-20 max-sm:mt-1 max-sm:w-56 max-sm:rounded-xl max-sm:border max-sm:border-line max-sm:bg-panel max-sm:p-1 max-sm:shadow-lift max-sm:*:w-full max-sm:*:justify-start";

/** Blind test, citation, embedding and files of a feature. */
export function FeatureActions({ feature, pinned, random }: Props) {
  const [open, setOpen] = useState<Open>();
  const [more, setMore] = useState(false);
  const ask = (dialog: Open) => {
    setMore(false);
    setOpen(dialog);
  };
  const sae = `${feature.model}/${feature.sae}`;
  const close = () => setOpen(undefined);
  const at = printVersions(feature.versions);
  const files = () => import("./feature-files");
  const band = () => new URLSearchParams(window.location.search).get("band") ?? "top";
  return (
    <div className="relative flex flex-wrap items-center gap-1 max-sm:gap-1.5">
      <StarButton feature={feature.ref} />
      <Button
        aria-label="More to do with this feature"
        aria-expanded={more}
        className="sm:hidden"
        onClick={() => setMore(!more)}
      >
        <span aria-hidden="true">⋯</span>
      </Button>
      <div className={cx("sm:contents", more ? MENU : "max-sm:hidden")}>
        {feature.blind && (
          <Button look="ghost" onClick={() => ask("blind")}>
            Blind test
          </Button>
        )}
        <Link
          href={wordAddress({ in: sae, feature: feature.index, word: wordOfLabel(feature.label) })}
          className={buttonClass("ghost")}
        >
          Try a word on it
        </Link>
        <Button look="ghost" onClick={() => ask("cite")}>
          Cite
        </Button>
        <Button look="ghost" onClick={() => ask("embed")}>
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
        <a href={random} className={buttonClass("ghost", "sm:hidden")}>
          Random feature
        </a>
      </div>
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
