"use client";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { counted } from "@/lib/features/format";
import type { FeatureListing, ListItem } from "@/lib/lists/schema";
import { ExportMenu } from "../share/export-menu";
import { Button, buttonClass } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { PageHead } from "../ui/page-head";
import { saveFile } from "../ui/save-file";
import { toCsv } from "./list-csv";
import { ListEditor } from "./list-editor";
import { ListGallery } from "./list-gallery";

const headers = { "content-type": "application/json" };

/** One list, to look at; its words and order change when asked for, and what is taken out can be put back at once. */
export function ListView({ list: first }: { list: FeatureListing }) {
  const router = useRouter();
  const [list, setList] = useState(first);
  const [gone, setGone] = useState<{ item: ListItem; position: number }>();
  const [problem, setProblem] = useState("");
  const [editing, setEditing] = useState(false);
  // One change after the other, each on what the one before left: leaving a field and pressing a button are one moment.
  const last = useRef<Promise<FeatureListing>>(Promise.resolve(first));
  const send = async (path: string, method: string, bodyOf?: (now: FeatureListing) => object, version = false) => {
    setProblem("");
    const before = last.current;
    const sent = before.then((now) =>
      fetchJson<FeatureListing>(`/api/v1/lists/${list.id}${path}`, {
        method,
        headers: { ...(bodyOf ? headers : {}), ...(version ? { "if-match": String(now.version) } : {}) },
        ...(bodyOf ? { body: JSON.stringify(bodyOf(now)) } : {}),
      }),
    );
    last.current = sent.catch(() => before);
    try {
      const changed = await sent;
      setList(changed);
      return changed;
    } catch (error) {
      setProblem(error instanceof FetchProblem ? error.message : "It did not reach the server: try again.");
    }
  };
  const move = (item: ListItem, by: number) => {
    const reorder = ({ items }: FeatureListing) => {
      const order = items.map(({ ref }) => ref);
      const from = order.indexOf(item.ref);
      order.splice(from + by, 0, ...order.splice(from, 1));
      return { order };
    };
    void send("", "PATCH", reorder, true);
  };
  const takeOut = async (item: ListItem, position: number) => {
    if (await send(`/items/${item.ref}`, "DELETE")) setGone({ item, position });
  };
  const putBack = async () => {
    if (
      gone &&
      (await send(`/items/${gone.item.ref}`, "PUT", () => ({ note: gone.item.note, position: gone.position })))
    )
      setGone(undefined);
  };
  const remove = async () => {
    if (!window.confirm(`Delete the list “${list.name}” with ${counted(list.n, "feature")}?`)) return;
    if (await send("", "DELETE")) router.push("/lists");
  };
  return (
    <>
      <PageHead
        crumbs={[{ label: "lists", href: "/lists" }, { label: list.name }]}
        title={list.name}
        actions={
          <>
            {list.testInput && (
              <Link href={`/inspect?text=${encodeURIComponent(list.testInput)}`} className={buttonClass("outline")}>
                Try “{list.testInput.slice(0, 24)}”
              </Link>
            )}
            <Button aria-pressed={editing} onClick={() => setEditing(!editing)}>
              Edit
            </Button>
            <ExportMenu
              look="outline"
              items={[
                {
                  name: "CSV",
                  holds: "one feature a line, with notes",
                  run: () => saveFile(`${list.name}.csv`, toCsv(list.items), "text/csv"),
                },
                {
                  name: "JSON",
                  holds: "the whole list",
                  run: () => saveFile(`${list.name}.json`, JSON.stringify(list, null, 2), "application/json"),
                },
              ]}
            />
            <CopyButton label="Copy link" keys="." />
          </>
        }
      >
        {list.description && <p className="max-w-prose text-base">{list.description}</p>}
        <p className="text-ink-faint">{counted(list.n, "feature")}</p>
      </PageHead>
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
      {editing ? (
        <ListEditor
          list={list}
          onFields={(changed) => void send("", "PATCH", () => changed, true)}
          onNote={(item, note) => void send(`/items/${item.ref}`, "PUT", () => ({ note }))}
          onMove={move}
          onTakeOut={(item, position) => void takeOut(item, position)}
          onDelete={() => void remove()}
          onDone={() => setEditing(false)}
        />
      ) : list.items.length === 0 ? (
        <Empty title="Nothing in this list">
          Open a feature and press <kbd className="rounded border border-line px-1.5 font-mono text-xs">x</kbd> to put
          it here.
        </Empty>
      ) : (
        <ListGallery items={list.items} />
      )}
    </>
  );
}
