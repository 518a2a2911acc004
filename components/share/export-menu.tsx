"use client";
import { useEffect, useId, useRef, useState } from "react";
import { buttonClass } from "../ui/button";

export interface ExportItem {
  name: string;
  /** What is in the file. */
  holds: string;
  run: () => Promise<void> | void;
}

/** Files of what is shown: a button with a short list. Esc and a click elsewhere close it, arrows move in it. */
export function ExportMenu({ items, look = "ghost" }: { items: readonly ExportItem[]; look?: "ghost" | "outline" }) {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const away = (event: MouseEvent) => !box.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener("click", away);
    return () => document.removeEventListener("click", away);
  }, [open]);
  const choose = async (item: ExportItem) => {
    setOpen(false);
    setSaid(`Making ${item.name} …`);
    try {
      await item.run();
      setSaid(`${item.name} saved`);
    } catch {
      setSaid(`${item.name} could not be made: try again.`);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the menu inside
    <div
      ref={box}
      className="relative inline-flex items-center"
      onKeyDown={(event) => {
        if (!open) return;
        const all = [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape") {
          setOpen(false);
          box.current?.querySelector<HTMLElement>("button")?.focus();
        } else if (by)
          all[(all.indexOf(document.activeElement as HTMLElement) + by + all.length) % all.length]?.focus();
        else return;
        event.preventDefault();
      }}
    >
      <button
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className={buttonClass(look)}
      >
        Export <span aria-hidden="true">▾</span>
      </button>
      <span role="status" className="not-empty:ml-2 text-ink-faint text-xs">
        {said}
      </span>
      {open && (
        <div
          role="menu"
          id={id}
          aria-label="Export"
          className="absolute top-full left-0 z-20 mt-1 w-64 rounded-xl border border-line bg-panel p-1 shadow-lift"
        >
          {items.map((item) => (
            <button
              key={item.name}
              type="button"
              role="menuitem"
              onClick={() => void choose(item)}
              className="flex min-h-11 w-full flex-col justify-center rounded-lg px-3 py-1.5 text-left hover:bg-sunken focus-visible:bg-sunken"
            >
              <span className="font-medium text-sm">{item.name}</span>
              <span className="text-ink-faint text-xs">{item.holds}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
