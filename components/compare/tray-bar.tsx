"use client";
import { useEffect, useState } from "react";
import { statusWords } from "@/lib/features/format";
import type { FeaturePage, FeatureRow } from "@/lib/features/list/schema";
import { Button, buttonClass } from "../ui/button";
import { fetchJson } from "../ui/fetch-json";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";
import { SlotMark } from "./slot-mark";
import { MOST, writeTray } from "./tray-state";

interface Props {
  refs: readonly string[];
  /** What went wrong with the last one. */
  said: string;
  onDone: () => void;
}

const SAID_MS = 4000;

/** The tray: what is in it, a way to take each out, and the page that compares them. */
export function TrayBar({ refs, said, onDone }: Props) {
  const rows = useRowsOf(refs);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(onDone, SAID_MS);
    return () => clearTimeout(timer);
  }, [said, onDone]);
  return (
    <aside
      aria-label="Compare tray"
      className="fixed inset-x-0 bottom-0 z-30 border-line border-t bg-panel/95 shadow-lift"
    >
      <div className="mx-auto flex max-w-[90rem] items-center gap-3 px-4 py-2 sm:px-6">
        <p className="sr-only" aria-live="polite">
          {said || `${refs.length} of ${MOST} features to compare`}
        </p>
        <ul className="flex min-w-0 flex-1 items-center gap-2 overflow-x-auto">
          {refs.map((ref, slot) => {
            const row = rows.get(ref);
            const name = row?.label ?? (row ? statusWords(row.status).split(":")[0] : `#${ref.split("/").at(-1)}`);
            return (
              <li
                key={ref}
                className="flex shrink-0 items-center gap-2 rounded-lg border border-line bg-page py-0.5 pl-2 max-sm:gap-1"
              >
                <SlotMark slot={slot} small />
                <Link href={`/${ref}`} className="max-w-32 truncate rounded text-sm hover:underline sm:max-w-44">
                  {name}
                </Link>
                <span className="w-20 max-lg:hidden">
                  <ContactStrip src={row?.strip ?? null} />
                </span>
                <button
                  type="button"
                  onClick={() => writeTray(refs.filter((r) => r !== ref))}
                  aria-label={`Take out ${name}`}
                  className="grid size-8 place-items-center rounded text-ink-faint hover:text-ink pointer-coarse:size-11"
                >
                  ×
                </button>
              </li>
            );
          })}
          {said && <li className="text-sm text-warn">{said}</li>}
        </ul>
        {refs.length > 0 && (
          <>
            <Button look="ghost" className="max-sm:hidden" onClick={() => writeTray([])}>
              Clear
            </Button>
            <Link
              href={`/compare?${refs.map((ref) => `f=${ref}`).join("&")}`}
              className={buttonClass("solid")}
              data-key="C"
              data-key-label="compare what is in the tray"
            >
              Compare {refs.length > 1 ? refs.length : ""}
            </Link>
          </>
        )}
      </div>
    </aside>
  );
}

/** Names and thumbs of the features, one request per SAE. */
function useRowsOf(refs: readonly string[]): ReadonlyMap<string, FeatureRow> {
  const [rows, setRows] = useState<ReadonlyMap<string, FeatureRow>>(new Map());
  const asked = refs.join();
  useEffect(() => {
    const abort = new AbortController();
    const bySae = new Map<string, string[]>();
    for (const ref of asked.split(",").filter(Boolean)) {
      const at = ref.lastIndexOf("/");
      bySae.set(ref.slice(0, at), [...(bySae.get(ref.slice(0, at)) ?? []), ref.slice(at + 1)]);
    }
    for (const [sae, indices] of bySae) {
      fetchJson<FeaturePage>(`/api/v1/features/${sae}?only=${indices.join()}`, { signal: abort.signal }).then(
        ({ items }) => setRows((old) => new Map([...old, ...items.map((row) => [row.ref, row] as const)])),
        // Numbers stand in for names.
        () => {},
      );
    }
    return () => abort.abort();
  }, [asked]);
  return rows;
}
