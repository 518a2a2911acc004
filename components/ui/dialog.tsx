"use client";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./button";
import { cx } from "./class-names";

interface Props {
  title: ReactNode;
  onClose: () => void;
  /** Beside the title. */
  aside?: ReactNode;
  wide?: boolean;
  onKeyDown?: (event: KeyboardEvent<HTMLDialogElement>) => void;
  children: ReactNode;
}

/** A question or a form above the page: it opens when it is drawn, and Esc, its button or a click beside it close it. */
export function Dialog({ title, onClose, aside, wide, onKeyDown, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onKeyDown={onKeyDown}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      className={cx(
        "m-auto max-h-[calc(100dvh-2rem)] overflow-y-auto rounded-2xl border border-line bg-panel p-0 text-ink shadow-lift",
        wide ? "w-[min(62rem,calc(100vw-1.5rem))]" : "w-[min(34rem,calc(100vw-1.5rem))]",
      )}
    >
      <div className="flex flex-col gap-4 p-5">
        <div className="flex items-center justify-between gap-3">
          <h2 id={id} className="font-semibold text-lg">
            {title}
          </h2>
          <span className="flex items-center gap-2">
            {aside}
            <Button look="ghost" className="-mr-2" onClick={() => dialog.current?.close()}>
              Close
            </Button>
          </span>
        </div>
        {children}
      </div>
    </dialog>
  );
}
