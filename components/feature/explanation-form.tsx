"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "../ui/button";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

interface Props {
  title: string;
  /** The words as they are; "" for new ones. */
  first: string;
  save: { path: string; method: "POST" | "PUT" };
  /** What saving does beside. */
  note?: string | undefined;
  /** True when something was saved; the page shows it by then. */
  onEnd: (saved: boolean) => void;
}

/** A field for the words of a person. Enter saves, Escape leaves. */
export function ExplanationForm({ title, first, save: { path, method }, note, onEnd }: Props) {
  const router = useRouter();
  const [text, setText] = useState(first);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const words = text.trim();
  const save = async () => {
    setBusy(true);
    setProblem("");
    try {
      const headers = { "content-type": "application/json" };
      await fetchJson(path, { method, headers, body: JSON.stringify({ text: words }) });
      router.refresh();
      onEnd(true);
    } catch (error) {
      setProblem(error instanceof FetchProblem ? error.message : "It was not saved: try again.");
      setBusy(false);
    }
  };
  return (
    <form
      aria-label={title}
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (words === first) onEnd(false);
        else if (words && !busy) void save();
      }}
      onKeyDown={(event) => event.key === "Escape" && onEnd(false)}
    >
      <textarea
        aria-label="What the feature means"
        // biome-ignore lint/a11y/noAutofocus: the button that was pressed has become this field
        autoFocus
        rows={2}
        maxLength={512}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }
        }}
        placeholder="french fries, seen or named"
        className="w-full rounded-lg border border-line bg-panel px-3 py-2 text-sm placeholder:text-ink-faint"
      />
      {note && <p className="text-ink-soft text-xs">{note}</p>}
      <div className="flex gap-2">
        <Button type="submit" look="solid" disabled={!words || busy}>
          {busy ? "Saving …" : "Save"}
        </Button>
        <Button look="ghost" onClick={() => onEnd(false)}>
          Cancel
        </Button>
      </div>
      {problem && (
        <p role="alert" className="text-bad text-xs">
          {problem}
        </p>
      )}
    </form>
  );
}
