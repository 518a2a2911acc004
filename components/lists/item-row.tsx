"use client";
import type { ReactNode } from "react";
import { formatScore, formatShare, statusWords } from "@/lib/features/format";
import type { ListItem } from "@/lib/lists/schema";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";
import { ModalityBar } from "../viz/mini-bar";

/** A feature of a list: pictures, name, numbers, and what the list says of it. */
export function ItemRow({ item, children }: { item: ListItem; children?: ReactNode }) {
  const { feature, ref } = item;
  return (
    <div className="grid items-center gap-x-4 gap-y-2 p-3 sm:grid-cols-[14rem_minmax(0,1fr)_auto]">
      <ContactStrip src={feature?.strip ?? null} />
      <div className="min-w-0">
        <Link href={`/${ref}`} className="block truncate rounded font-medium hover:underline" data-ref={ref}>
          {feature ? (feature.label ?? statusWords(feature.status).split(":")[0]) : "gone"}
        </Link>
        <p className="nums truncate text-2xs text-ink-faint">
          {ref}
          {feature?.kind && ` · ${feature.kind}`}
        </p>
        {children}
      </div>
      {feature && (
        <span className="nums flex items-center gap-4 text-ink-soft text-xs">
          <span title="share of positions that fire">{formatShare(feature.density)}</span>
          <span title="detection score" className="font-semibold text-ink">
            {formatScore(feature.scores.detection)}
          </span>
          <ModalityBar imageShare={feature.imageShare} className="w-14" />
        </span>
      )}
    </div>
  );
}
