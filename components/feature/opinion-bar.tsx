"use client";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { Explanation } from "@/lib/features/schema";
import { Button } from "../ui/button";
import { cx } from "../ui/class-names";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

const headers = { "content-type": "application/json" };
const asked = new Map<string, Promise<Record<string, number>>>();

/** This browser's votes on a feature's explanations: asked once for all of them. */
function ownVotes(feature: string): Promise<Record<string, number>> {
  const known = asked.get(feature);
  if (known) return known;
  const asking = fetchJson<{ own: Record<string, number> }>(`/api/v1/features/${feature}/votes`).then(({ own }) => own);
  asked.set(feature, asking);
  asking.catch(() => asked.delete(feature));
  return asking;
}

interface Props {
  feature: string;
  explanation: Pick<Explanation, "id" | "votes" | "pinned" | "isLabel" | "explainer">;
}

/** Up, down, pin, and for words of a person: delete. `u` and `d` vote on the label. */
export function OpinionBar({ feature, explanation: { id, votes: given, pinned, isLabel, explainer } }: Props) {
  const router = useRouter();
  const [votes, setVotes] = useState(given);
  const [own, setOwn] = useState(0);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    ownVotes(feature).then(
      (all) => setOwn(all[id] ?? 0),
      () => {},
    );
  }, [feature, id]);
  const send = async <T,>(path: string, method: string, body?: object): Promise<T | undefined> => {
    try {
      setProblem("");
      const init = { method, ...(body ? { headers, body: JSON.stringify(body) } : {}) };
      return await fetchJson<T>(`/api/v1/explanations/${id}${path}`, init);
    } catch (error) {
      setProblem(error instanceof FetchProblem ? error.message : "It did not reach the server: try again.");
    }
  };
  const vote = async (value: 1 | -1) => {
    const next = own === value ? 0 : value;
    const answer = await send<{ votes: Explanation["votes"]; own: number }>("/vote", "PUT", { value: next });
    if (!answer) return;
    setVotes(answer.votes);
    setOwn(answer.own);
    asked.delete(feature);
    if (explainer === "human") router.refresh();
  };
  const change = async (path: string, method: string, body?: object) => {
    if (await send(path, method, body)) router.refresh();
  };
  const button = (on: boolean) =>
    cx(
      "nums inline-flex min-h-7 items-center gap-1 rounded-full border px-2.5 text-xs pointer-coarse:min-h-11",
      on ? "border-accent bg-accent-soft text-accent" : "border-line text-ink-soft hover:border-line-strong",
    );
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <button
        type="button"
        aria-pressed={own > 0}
        aria-label={`Vote for it, ${votes.up} so far`}
        {...(isLabel ? { "data-key": "u", "data-key-label": "vote for the explanation" } : {})}
        onClick={() => void vote(1)}
        className={button(own > 0)}
      >
        ▲ {votes.up}
      </button>
      <button
        type="button"
        aria-pressed={own < 0}
        aria-label={`Vote against it, ${votes.down} so far`}
        {...(isLabel ? { "data-key": "d", "data-key-label": "vote against the explanation" } : {})}
        onClick={() => void vote(-1)}
        className={button(own < 0)}
      >
        ▼ {votes.down}
      </button>
      <button
        type="button"
        aria-pressed={pinned}
        title={pinned ? "Let votes and scores choose the label again" : "Make it the label, whatever the scores say"}
        onClick={() => void change("/label", "PUT", { pinned: !pinned })}
        className={button(pinned)}
      >
        {pinned ? "pinned as label" : isLabel ? "label · pin" : "use as label"}
      </button>
      {explainer === "human" && (
        <button type="button" onClick={() => void change("", "DELETE")} className={button(false)}>
          delete
        </button>
      )}
      {problem && (
        <p role="alert" className="basis-full text-bad text-xs">
          {problem}
        </p>
      )}
    </div>
  );
}

/** A button that turns into a field for an explanation of one's own. */
export function WriteExplanation({ feature }: { feature: string }) {
  const router = useRouter();
  const [text, setText] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  if (text === null) {
    return (
      <Button onClick={() => setText("")} data-key="e" data-key-label="write an explanation">
        Write an explanation
      </Button>
    );
  }
  const save = async () => {
    setBusy(true);
    setProblem("");
    try {
      const body = JSON.stringify({ text });
      await fetchJson(`/api/v1/features/${feature}/explanations`, { method: "POST", headers, body });
      setText(null);
      router.refresh();
    } catch (error) {
      setProblem(error instanceof FetchProblem ? error.message : "It was not saved: try again.");
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      aria-label="Write an explanation"
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !busy) void save();
      }}
      onKeyDown={(event) => event.key === "Escape" && setText(null)}
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
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }
        }}
        placeholder="french fries, seen or named"
        className="w-full rounded-lg border border-line bg-panel px-3 py-2 text-sm placeholder:text-ink-faint"
      />
      <div className="flex gap-2">
        <Button type="submit" look="solid" disabled={!text.trim() || busy}>
          {busy ? "Saving …" : "Save"}
        </Button>
        <Button look="ghost" onClick={() => setText(null)}>
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
