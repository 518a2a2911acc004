"use client";
import { useState } from "react";
import { citeBibtex, citeText, permalink } from "@/lib/share/format";
import { CopyButton } from "../ui/copy-button";
import { Dialog } from "../ui/dialog";
import type { Shared } from "./shared";

/** How to cite a feature: with the versions of SAE and evidence, so that readers see what was meant or that it is gone. */
export function CiteDialog({ feature, at, onClose }: { feature: Shared; at: string | null; onClose: () => void }) {
  const [day] = useState(() => new Date().toISOString().slice(0, 10));
  const cited = { ...feature, at, day, origin: window.location.origin };
  return (
    <Dialog title="Cite this feature" onClose={onClose}>
      <p className="text-ink-soft text-sm">
        {at
          ? "The address names the versions of the SAE and of its evidence. Should the evidence be collected anew, it says so instead of showing something else."
          : "Nothing was collected for this SAE yet, so there is no version to name."}
      </p>
      <Text name="Permalink" text={permalink(cited)} />
      <Text name="Plain text" text={citeText(cited)} />
      <Text name="BibTeX" text={citeBibtex(cited)} code />
    </Dialog>
  );
}

function Text({ name, text, code }: { name: string; text: string; code?: boolean }) {
  return (
    <section aria-label={name} className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between gap-3">
        <h3 className="font-medium text-sm">{name}</h3>
        <CopyButton label={`Copy ${name === "BibTeX" ? name : name.toLowerCase()}`} text={text} />
      </div>
      <p
        className={`select-all break-words rounded-lg bg-sunken px-3 py-2 ${code ? "whitespace-pre-wrap font-mono text-xs" : "text-sm"}`}
      >
        {text}
      </p>
    </section>
  );
}
