"use client";
import { useRouter } from "next/navigation";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import type { SearchResult } from "@/lib/search/schema";
import { cx } from "../ui/class-names";
import { fetchJson } from "../ui/fetch-json";
import { ContactStrip } from "../viz/contact-strip";

/** One thing to do: go somewhere, or press a control of the page. */
interface Command {
  id: string;
  group: "Features" | "On this page" | "Go to";
  name: string;
  detail?: string;
  strip?: string | null;
  keys?: string;
  run: () => void;
}

const PAGES: readonly [name: string, href: string, keys: string][] = [
  ["Home", "/", "g h"],
  ["Search", "/search", "/"],
  ["Inspect an image or a text", "/inspect", "g i"],
  ["Word bench: write a word on an image", "/inspect/word", ""],
  ["Steer", "/steer", "g s"],
  ["Search for a steering", "/steer/search", ""],
  ["Trace an answer", "/trace", "g t"],
  ["Map of features", "/map", "g m"],
  ["Lists", "/lists", ""],
  ["Studies", "/studies", "g u"],
  ["Runs", "/runs", "g r"],
  ["Blind test", "/blind", ""],
  ["Settings", "/settings", ""],
];
const MOST_FEATURES = 6;
const DEBOUNCE_MS = 120;

/** Everything that the page's controls do by a key, read from the document. */
function controls(): Command[] {
  const seen = new Set<string>();
  return [...document.querySelectorAll<HTMLElement>("[data-key][data-key-label]")].flatMap((element, i) => {
    const name = element.dataset.keyLabel ?? "";
    if (seen.has(name) || (element as HTMLButtonElement).disabled) return [];
    seen.add(name);
    const keys = (element.dataset.key ?? "").replace(/^g(\w)$/, "g $1");
    return [{ id: `key-${i}`, group: "On this page", name, keys, run: () => element.click() } as Command];
  });
}

/** Features by words, pages, and what this page can do, by typing; opened with Ctrl K. */
export function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<SearchResult["items"]>([]);
  const [here] = useState(controls);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    const q = text.trim();
    if (q === "") return setFound([]);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      fetchJson<SearchResult>(`/api/v1/search?mode=text&limit=${MOST_FEATURES}&q=${encodeURIComponent(q)}`, {
        signal: abort.signal,
      }).then(
        ({ items }) => setFound(items),
        () => {},
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  const commands = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (name: string) => words.every((word) => name.toLowerCase().includes(word));
    const go = (href: string) => () => router.push(href);
    const features = found.map(
      (hit): Command => ({
        id: hit.ref,
        group: "Features",
        name: hit.label ?? `#${hit.index}`,
        detail: `#${hit.index} · ${hit.why[0]?.text ?? ""}`,
        strip: hit.strip,
        run: go(`/${hit.ref}`),
      }),
    );
    const pages = PAGES.map(([name, href, keys]): Command => ({ id: href, group: "Go to", name, keys, run: go(href) }));
    const all: Command[] = [...features, ...here.filter((c) => fits(c.name)), ...pages.filter((c) => fits(c.name))];
    const q = text.trim();
    if (q)
      all.push({
        id: "search",
        group: "Go to",
        name: `Search “${q}”`,
        run: go(`/search?q=${encodeURIComponent(q)}`),
      });
    return all;
  }, [text, found, here, router]);
  const chosen = Math.min(at, Math.max(0, commands.length - 1));
  const close = () => {
    dialog.current?.close();
    // Not left to the dialog's own event, which comes later and would close what is opened next.
    onClose();
  };
  const run = (command: Command | undefined) => {
    if (!command) return;
    close();
    command.run();
  };
  const move = (by: number) => {
    const next = (chosen + by + commands.length) % Math.max(1, commands.length);
    setAt(next);
    list.current?.querySelectorAll("[role=option]")[next]?.scrollIntoView({ block: "nearest" });
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself; the click is for its backdrop
    <dialog
      ref={dialog}
      onClose={onClose}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === dialog.current && close()}
      aria-label="Commands"
      className="mx-auto mt-[12dvh] mb-auto w-[min(38rem,calc(100vw-1.5rem))] overflow-hidden rounded-2xl border border-line bg-panel p-0 text-ink shadow-lift"
    >
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={commands[chosen] ? `${id}-${chosen}` : undefined}
        aria-label="Features, pages, actions"
        placeholder="Features, pages, actions"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") move(1);
          else if (event.key === "ArrowUp") move(-1);
          else if (event.key === "Enter") run(commands[chosen]);
          else return;
          event.preventDefault();
        }}
        className="h-14 w-full border-line border-b bg-panel px-5 text-lg outline-none placeholder:text-ink-faint"
      />
      <div ref={list} id={id} role="listbox" aria-label="Commands" className="max-h-[56dvh] overflow-y-auto p-2">
        {commands.map((command, i) => (
          <div key={command.id}>
            {command.group !== commands[i - 1]?.group && <p className="eyebrow px-3 pt-2 pb-1">{command.group}</p>}
            {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field runs it */}
            <div
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === chosen}
              onClick={() => run(command)}
              onPointerMove={() => setAt(i)}
              className={cx(
                "flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-3 py-1.5",
                i === chosen && "bg-accent-soft",
              )}
            >
              {command.strip && (
                <span className="w-32 shrink-0 max-sm:w-24">
                  <ContactStrip src={command.strip} />
                </span>
              )}
              <span className="min-w-0 flex-1">
                <span className="block truncate">{command.name}</span>
                {command.detail && (
                  <span className="nums block truncate text-2xs text-ink-faint">{command.detail}</span>
                )}
              </span>
              {command.keys && (
                <kbd className="rounded border border-line px-1.5 font-mono text-2xs text-ink-faint">
                  {command.keys}
                </kbd>
              )}
            </div>
          </div>
        ))}
      </div>
    </dialog>
  );
}
