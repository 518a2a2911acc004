"use client";
import { lazy, Suspense, useState } from "react";
import { buttonClass } from "../ui/button";

const ListDialog = lazy(() => import("./list-dialog").then((m) => ({ default: m.ListDialog })));

/** Puts a feature into lists; the dialog is loaded when it is first opened. */
export function ListButton({ feature }: { feature: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={buttonClass("outline")}
        data-key="x"
        data-key-label="put into a list"
        onClick={() => setOpen(true)}
      >
        List
      </button>
      {open && (
        <Suspense>
          <ListDialog feature={feature} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
