"use client";
import { Dialog } from "../ui/dialog";
import { BlindTest } from "./blind-test";

/** The blind test over the page of a feature. */
export function BlindDialog({ scope, shown, onClose }: { scope: string; shown: string; onClose: () => void }) {
  return (
    <Dialog
      title="Blind test"
      onClose={onClose}
      onKeyDown={(event) => {
        // The page's keys rest while a dialog is open: its own controls take theirs here.
        const own = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("[data-key]")];
        const target = own.find((element) => element.dataset.key?.split(" ").includes(event.key));
        if (!target || event.target === target) return;
        event.preventDefault();
        target.click();
      }}
    >
      <BlindTest scope={scope} shown={shown} />
    </Dialog>
  );
}
