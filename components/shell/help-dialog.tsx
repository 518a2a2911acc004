"use client";
import { lazy, Suspense, useState } from "react";

const KeyList = lazy(() => import("./key-list").then((m) => ({ default: m.KeyList })));

/** The question mark in the header. */
export function HelpDialog() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-label="Keys of this page"
        title="Keys of this page (?)"
        data-key="?"
        onClick={() => setOpen(true)}
        className="hidden size-9 place-items-center rounded-lg font-semibold text-sm text-ink-soft hover:bg-sunken hover:text-ink sm:grid"
      >
        ?
      </button>
      {open && (
        <Suspense>
          <KeyList onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
