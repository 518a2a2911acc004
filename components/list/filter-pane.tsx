import type { ReactNode } from "react";
import { counted } from "@/lib/features/format";
import { Button } from "../ui/button";
import { cx } from "../ui/class-names";

interface PaneProps {
  /** On a narrow window, where the pane is closed at first. */
  open: boolean;
  onClose: () => void;
  /** Features that pass. */
  total: number;
  /** Stays in sight beside a long list. */
  sticky?: boolean;
  children: ReactNode;
}

/** What narrows a list: beside it on a wide window, before it and only when asked for on a narrow one. */
export function FilterPane({ open, onClose, total, sticky, children }: PaneProps) {
  return (
    <div
      className={cx(
        "self-start rounded-xl border border-line bg-panel p-4 lg:border-0 lg:bg-transparent lg:px-1 lg:py-1",
        !open && "max-lg:hidden",
        sticky && "lg:sticky lg:top-[4.5rem] lg:max-h-[calc(100dvh-5.5rem)] lg:overflow-y-auto",
      )}
    >
      <h2 className="eyebrow mb-3">Filters</h2>
      {children}
      <Button look="solid" className="mt-4 w-full lg:hidden" onClick={onClose}>
        Show {counted(total, "feature")}
      </Button>
    </div>
  );
}

/** Opens the pane on a narrow window and says how many filters are on. */
export function FilterButton({ open, on, onClick }: { open: boolean; on: number; onClick: () => void }) {
  return (
    <Button className="lg:hidden" aria-expanded={open} onClick={onClick}>
      Filters{on > 0 ? ` (${on})` : ""}
    </Button>
  );
}
