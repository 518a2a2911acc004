"use client";
import { useEffect, useRef, useState } from "react";
import type { FeatureListing, ListSummary } from "@/lib/lists/schema";
import { Button } from "../ui/button";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { Link } from "../ui/link";

const headers = { "content-type": "application/json" };

interface Props {
  /** `model/sae/index`. */
  feature: string;
  onClose: () => void;
}

/** Which lists hold a feature: each a check box, and a field for a new one. */
export function ListDialog({ feature, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [lists, setLists] = useState<ListSummary[]>();
  const [holding, setHolding] = useState<ReadonlySet<string>>(new Set());
  const [name, setName] = useState("");
  const [problem, setProblem] = useState("");
  useEffect(() => {
    dialog.current?.showModal();
    Promise.all([
      fetchJson<{ items: ListSummary[] }>("/api/v1/lists?limit=100"),
      fetchJson<{ items: ListSummary[] }>(`/api/v1/lists?limit=100&ref=${feature}`),
    ]).then(
      ([all, own]) => {
        setLists(all.items);
        setHolding(new Set(own.items.map((list) => list.id)));
      },
      () => setProblem("The lists could not be loaded."),
    );
  }, [feature]);
  const attempt = async (work: () => Promise<void>) => {
    setProblem("");
    await work().catch((error: unknown) =>
      setProblem(error instanceof FetchProblem ? error.message : "It did not reach the server: try again."),
    );
  };
  const toggle = (list: ListSummary) =>
    attempt(async () => {
      const on = holding.has(list.id);
      const url = `/api/v1/lists/${list.id}/items/${feature}`;
      await fetchJson(url, on ? { method: "DELETE" } : { method: "PUT", headers, body: "{}" });
      const next = new Set(holding);
      if (on) next.delete(list.id);
      else next.add(list.id);
      setHolding(next);
    });
  const create = () =>
    attempt(async () => {
      const body = JSON.stringify({ name: name.trim(), refs: [feature] });
      const made = await fetchJson<FeatureListing>("/api/v1/lists", { method: "POST", headers, body });
      setLists([{ ...made, strips: [] }, ...(lists ?? [])]);
      setHolding(new Set([...holding, made.id]));
      setName("");
    });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself; the click is for its backdrop
    <dialog
      ref={dialog}
      aria-labelledby="lists-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-2xl border border-line bg-panel p-0 text-ink shadow-lift"
    >
      <div className="flex flex-col gap-3 p-5">
        <div className="flex items-baseline justify-between">
          <h2 id="lists-title" className="font-semibold text-lg">
            Lists with this feature
          </h2>
          <Button look="ghost" onClick={() => dialog.current?.close()}>
            Close
          </Button>
        </div>
        <ul className="max-h-64 overflow-y-auto" aria-busy={lists === undefined}>
          {lists?.map((list) => (
            <li key={list.id} className="flex items-center gap-2">
              <label className="flex min-h-9 flex-1 items-center gap-2.5 text-sm pointer-coarse:min-h-11">
                <input
                  type="checkbox"
                  className="accent-accent"
                  checked={holding.has(list.id)}
                  onChange={() => void toggle(list)}
                />
                {list.name}
              </label>
              <Link href={`/lists/${list.id}`} className="rounded text-accent text-xs underline underline-offset-2">
                open
              </Link>
            </li>
          ))}
          {lists?.length === 0 && <li className="text-ink-soft text-sm">No lists yet: name the first one.</li>}
        </ul>
        <form
          className="flex gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) void create();
          }}
        >
          <input
            aria-label="Name of a new list"
            placeholder="new list"
            value={name}
            maxLength={80}
            onChange={(event) => setName(event.target.value)}
            className="h-9 min-w-0 flex-1 rounded-lg border border-line bg-panel px-3 text-sm placeholder:text-ink-faint pointer-coarse:h-11"
          />
          <Button type="submit" look="solid" disabled={!name.trim()}>
            Make
          </Button>
        </form>
        {problem && (
          <p role="alert" className="text-bad text-sm">
            {problem}
          </p>
        )}
      </div>
    </dialog>
  );
}
