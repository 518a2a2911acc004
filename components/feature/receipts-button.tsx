"use client";
import { lazy, type ReactNode, Suspense, useState } from "react";

const Receipts = lazy(() => import("./receipts").then((m) => ({ default: m.Receipts })));

interface Props {
  id: string;
  title: string;
  label: string;
  children: ReactNode;
}

/** A score that can be pressed: the drawer of its items is loaded when it is first opened. */
export function ReceiptsButton({ id, title, label, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="-mx-1.5 block w-[calc(100%+0.75rem)] rounded-lg px-1.5 py-1 text-left hover:bg-sunken"
        aria-label={label}
      >
        {children}
      </button>
      {open && (
        <Suspense>
          <Receipts id={id} title={title} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
