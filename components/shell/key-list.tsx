"use client";
import { useEffect, useRef, useState } from "react";
import { KEYS_OFF } from "./keys-off";

interface Row {
  key: string;
  does: string;
}

const ALWAYS: Row[] = [
  { key: "/", does: "search" },
  { key: "Ctrl K", does: "commands: features, pages, actions" },
  { key: "g h", does: "go home" },
  { key: "g i", does: "go to inspect" },
  { key: "g s", does: "go to steer" },
  { key: "g t", does: "go to trace" },
  { key: "g u", does: "go to studies" },
  { key: "g m", does: "go to the map" },
  { key: "g r", does: "go to runs" },
  { key: "?", does: "these keys" },
  { key: "Esc", does: "close, leave a field" },
];

/** The keys of this page, read from its controls. */
function rowsOfPage(): Row[] {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-key][data-key-label]")].map((element) => ({
    key: (element.dataset.key ?? "")
      .replace(/^g(\w)$/, "g $1")
      .replace(/^[A-Z]$/, (key) => `Shift ${key.toLowerCase()}`),
    does: element.dataset.keyLabel ?? "",
  }));
  if (document.querySelector(".picture")) rows.push({ key: "Space", does: "hold: clean image under the pointer" });
  return rows;
}

/** The dialog behind the question mark; loaded when it is first opened. */
export function KeyList({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [rows] = useState(() => [...rowsOfPage(), ...ALWAYS]);
  const [off, setOff] = useState(() => Boolean(localStorage.getItem(KEYS_OFF)));
  useEffect(() => dialog.current?.showModal(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself; the click is for its backdrop
    <dialog
      ref={dialog}
      aria-labelledby="help-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      className="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-2xl border border-line bg-panel p-0 text-ink shadow-lift"
    >
      <div className="p-5">
        <div className="mb-3 flex items-baseline justify-between">
          <h2 id="help-title" className="text-lg font-semibold">
            Keys of this page
          </h2>
          <span className="flex items-baseline gap-2">
            <a href="/?story=tour.1" className="rounded px-2 py-1 text-accent text-sm underline underline-offset-2">
              Take the tour
            </a>
            <button
              type="button"
              className="rounded px-2 py-1 text-sm text-ink-soft hover:bg-sunken"
              onClick={() => dialog.current?.close()}
            >
              Close
            </button>
          </span>
        </div>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
          {rows.map((row) => (
            <div key={row.key + row.does} className="contents">
              <dt>
                <kbd className="nums inline-block min-w-7 rounded-md border border-line bg-sunken px-1.5 text-center font-mono text-xs leading-5">
                  {row.key}
                </kbd>
              </dt>
              <dd className="text-ink-soft">{row.does}</dd>
            </div>
          ))}
        </dl>
        <label className="mt-4 flex items-center gap-2 border-line border-t pt-3 text-sm text-ink-soft">
          <input
            type="checkbox"
            checked={!off}
            onChange={(event) => {
              if (event.target.checked) localStorage.removeItem(KEYS_OFF);
              else localStorage.setItem(KEYS_OFF, "1");
              setOff(!event.target.checked);
            }}
          />
          Single letters act as keys
        </label>
      </div>
    </dialog>
  );
}
