"use client";
import { useState } from "react";
import type { Note } from "@/lib/notes/schema";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { Markdown } from "../ui/markdown";
import { Panel } from "../ui/panel";
import { useFetched } from "./use-fetched";

const headers = { "content-type": "application/json" };

/** What people wrote about a feature or a run, and a field to write more; a deleted note can be brought back at once. */
export function Notes({ on }: { on: string }) {
  const { data, problem, retry } = useFetched<{ items: Note[] }>(`/api/v1/notes?on=${on}`);
  const [changed, setChanged] = useState<Note[]>();
  const [text, setText] = useState("");
  const [failed, setFailed] = useState("");
  const [gone, setGone] = useState<Note>();
  const notes = changed ?? data?.items ?? [];
  const send = async (path: string, method: string, body?: object): Promise<Note | undefined> => {
    setFailed("");
    try {
      return await fetchJson<Note>(path, { method, ...(body ? { headers, body: JSON.stringify(body) } : {}) });
    } catch (error) {
      setFailed(error instanceof FetchProblem ? error.message : "It did not reach the server: try again.");
    }
  };
  const write = async (words: string) => {
    const note = await send("/api/v1/notes", "POST", { on, text: words });
    if (!note) return;
    setChanged([...notes, note]);
    setText("");
    setGone(undefined);
  };
  const remove = async (note: Note) => {
    if (!(await send(`/api/v1/notes/${note.id}`, "DELETE"))) return;
    setChanged(notes.filter((n) => n.id !== note.id));
    setGone(note);
  };
  return (
    <Panel title={notes.length > 0 ? `Notes (${notes.length})` : "Notes"}>
      {problem && <ErrorNote detail={problem.message} code={problem.code} onRetry={retry} />}
      <ul className="flex flex-col divide-y divide-line">
        {notes.map((note) => (
          <li key={note.id} className="py-2.5 first:pt-0">
            <Markdown text={note.text} />
            <p className="mt-1 flex items-center gap-3 text-2xs text-ink-faint">
              <time dateTime={note.createdAt}>{note.createdAt.slice(0, 16).replace("T", " ")} UTC</time>
              {note.own && (
                <button
                  type="button"
                  onClick={() => void remove(note)}
                  className="rounded underline underline-offset-2"
                >
                  delete
                </button>
              )}
            </p>
          </li>
        ))}
      </ul>
      {gone && (
        <p role="status" className="my-2 flex items-center gap-3 text-ink-soft text-sm">
          Deleted.
          <Button look="ghost" onClick={() => void write(gone.text)}>
            Undo
          </Button>
        </p>
      )}
      <form
        aria-label="Write a note"
        className="mt-2 flex flex-col items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) void write(text);
        }}
      >
        <textarea
          aria-label="Note"
          rows={text ? 3 : 1}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="What you saw. **bold**, *italic*, `code`, [links](https://…), - lists"
          className="w-full rounded-lg border border-line bg-panel px-3 py-2 text-sm placeholder:text-ink-faint"
        />
        {text.trim() && (
          <Button type="submit" look="solid">
            Save note
          </Button>
        )}
      </form>
      {failed && (
        <p role="alert" className="mt-1 text-bad text-xs">
          {failed}
        </p>
      )}
    </Panel>
  );
}
