"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { counted } from "@/lib/features/format";
import type { FeatureListing, ListItem } from "@/lib/lists/schema";
import { Breadcrumbs } from "../ui/breadcrumbs";
import { Button, buttonClass } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { saveFile } from "../ui/save-file";
import { ItemRow } from "./item-row";
import { toCsv } from "./list-csv";

const headers = { "content-type": "application/json" };

/** One list: its order, notes and name can be changed in place; what is taken out can be put back at once. */
export function ListView({ list: first }: { list: FeatureListing }) {
  const router = useRouter();
  const [list, setList] = useState(first);
  const [gone, setGone] = useState<{ item: ListItem; position: number }>();
  const [problem, setProblem] = useState("");
  const [editing, setEditing] = useState(false);
  const send = async (path: string, method: string, body?: object, version = false) => {
    setProblem("");
    try {
      const init = {
        method,
        headers: { ...(body ? headers : {}), ...(version ? { "if-match": String(list.version) } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      };
      const changed = await fetchJson<FeatureListing>(`/api/v1/lists/${list.id}${path}`, init);
      setList(changed);
      return changed;
    } catch (error) {
      setProblem(error instanceof FetchProblem ? error.message : "It did not reach the server: try again.");
    }
  };
  const move = (from: number, by: number) => {
    const order = list.items.map((item) => item.ref);
    const [ref] = order.splice(from, 1);
    order.splice(from + by, 0, ref as string);
    void send("", "PATCH", { order }, true);
  };
  const takeOut = async (item: ListItem, position: number) => {
    if (await send(`/items/${item.ref}`, "DELETE")) setGone({ item, position });
  };
  const putBack = async () => {
    if (gone && (await send(`/items/${gone.item.ref}`, "PUT", { note: gone.item.note, position: gone.position })))
      setGone(undefined);
  };
  const remove = async () => {
    if (!window.confirm(`Delete the list “${list.name}” with ${counted(list.n, "feature")}?`)) return;
    if (await send("", "DELETE")) router.push("/lists");
  };
  return (
    <>
      <header className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <Breadcrumbs crumbs={[{ label: "lists", href: "/lists" }, { label: list.name }]} />
          {editing ? (
            <NameForm
              list={list}
              onSave={async (fields) => {
                if (await send("", "PATCH", fields, true)) setEditing(false);
              }}
              onCancel={() => setEditing(false)}
            />
          ) : (
            <>
              <h1 className="mt-1.5 break-words text-2xl font-semibold">{list.name}</h1>
              {list.description && <p className="max-w-prose text-ink-soft">{list.description}</p>}
              <p className="nums text-ink-faint text-sm">{counted(list.n, "feature")}</p>
            </>
          )}
        </div>
        <div className="flex flex-wrap gap-1.5">
          {list.testInput && (
            <Link href={`/inspect?text=${encodeURIComponent(list.testInput)}`} className={buttonClass("outline")}>
              Try “{list.testInput.slice(0, 24)}”
            </Link>
          )}
          <Button onClick={() => setEditing(true)}>Rename</Button>
          <Button onClick={() => saveFile(`${list.name}.csv`, toCsv(list.items), "text/csv")}>CSV</Button>
          <Button onClick={() => saveFile(`${list.name}.json`, JSON.stringify(list, null, 2), "application/json")}>
            JSON
          </Button>
          <Button look="danger" onClick={() => void remove()}>
            Delete
          </Button>
          <CopyButton label="Copy link" keys="." />
        </div>
      </header>
      {problem && (
        <p role="alert" className="mb-3 rounded-lg bg-bad-soft px-3 py-2 text-bad text-sm">
          {problem}
        </p>
      )}
      {gone && (
        <p role="status" className="mb-3 flex items-center gap-3 rounded-lg bg-sunken px-3 py-1.5 text-sm">
          Taken out: {gone.item.feature?.label ?? gone.item.ref}
          <Button look="ghost" onClick={() => void putBack()}>
            Undo
          </Button>
        </p>
      )}
      {list.items.length === 0 ? (
        <Empty title="Nothing in this list">
          Open a feature and press <kbd className="rounded border border-line px-1.5 font-mono text-xs">x</kbd> to put
          it here.
        </Empty>
      ) : (
        <ol className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel shadow-lift">
          {list.items.map((item, i) => (
            <li key={item.ref}>
              <ItemRow item={item}>
                <div className="mt-1.5 flex flex-wrap items-center gap-1.5">
                  <NoteField
                    note={item.note}
                    onSave={(note) => void send(`/items/${item.ref}`, "PUT", { note })}
                    name={item.feature?.label ?? item.ref}
                  />
                  <Button look="ghost" aria-label="Move up" disabled={i === 0} onClick={() => move(i, -1)}>
                    ↑
                  </Button>
                  <Button
                    look="ghost"
                    aria-label="Move down"
                    disabled={i === list.items.length - 1}
                    onClick={() => move(i, 1)}
                  >
                    ↓
                  </Button>
                  <Button look="ghost" onClick={() => void takeOut(item, i)}>
                    Take out
                  </Button>
                </div>
              </ItemRow>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function NoteField({ note, name, onSave }: { note: string; name: string; onSave: (note: string) => void }) {
  const [text, setText] = useState(note);
  const save = () => text.trim() !== note && onSave(text.trim());
  return (
    <input
      aria-label={`Note on ${name}`}
      placeholder="note"
      value={text}
      maxLength={1000}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
      className="h-8 min-w-40 flex-1 rounded-lg border border-line bg-panel px-2.5 text-sm placeholder:text-ink-faint pointer-coarse:h-11"
    />
  );
}

interface NameProps {
  list: FeatureListing;
  onSave: (fields: { name: string; description: string; testInput: string }) => Promise<void>;
  onCancel: () => void;
}

function NameForm({ list, onSave, onCancel }: NameProps) {
  const field = "h-9 w-full rounded-lg border border-line bg-panel px-3 text-sm pointer-coarse:h-11";
  return (
    <form
      className="mt-2 flex w-[min(30rem,85vw)] flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        const text = (name: string) => String(data.get(name) ?? "").trim();
        if (text("name"))
          void onSave({ name: text("name"), description: text("description"), testInput: text("test") });
      }}
    >
      <input name="name" aria-label="Name" defaultValue={list.name} maxLength={80} required className={field} />
      <input
        name="description"
        aria-label="Description"
        placeholder="what they have in common"
        defaultValue={list.description}
        maxLength={1000}
        className={field}
      />
      <input
        name="test"
        aria-label="Text to try them on"
        placeholder="a text to try them on"
        defaultValue={list.testInput}
        maxLength={1000}
        className={field}
      />
      <span className="flex gap-2">
        <Button type="submit" look="solid">
          Save
        </Button>
        <Button look="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </span>
    </form>
  );
}
