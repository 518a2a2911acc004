"use client";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useEffect, useState } from "react";
import type { Explanation } from "@/lib/features/schema";
import { Button } from "../ui/button";
import { cx } from "../ui/class-names";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { ExplanationForm } from "./explanation-form";
import type { Opinion } from "./opinion-of";

// Each comes when it is asked for.
const ShownSamples = lazy(() => import("./shown-samples").then((m) => ({ default: m.ShownSamples })));
const ScoreFeature = lazy(() => import("./score-feature").then((m) => ({ default: m.ScoreFeature })));

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

/** Up, down, pin; what it was shown; for words of a person edit, score and delete. `u` and `d` vote on the label. */
export function ExplanationTools({ feature, explanation }: { feature: string; explanation: Opinion }) {
  const { id, votes: given, pinned, isLabel, own: words, said, shown, scored } = explanation;
  const router = useRouter();
  const [votes, setVotes] = useState(given);
  const [own, setOwn] = useState(0);
  const [problem, setProblem] = useState("");
  const [open, setOpen] = useState<"shown" | "edit" | "score">();
  const [ended, setEnded] = useState("");
  useEffect(() => setVotes(given), [given]);
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
    // A vote can choose another label.
    router.refresh();
  };
  const change = async (path: string, method: string, body?: object) => {
    if (await send(path, method, body)) router.refresh();
  };
  const button = (on: boolean) =>
    cx(
      "nums inline-flex min-h-7 items-center gap-1 rounded-full border px-2.5 text-xs pointer-coarse:min-h-11",
      on ? "border-accent bg-accent-soft text-accent" : "border-line text-ink-soft hover:border-line-strong",
    );
  const toggle = (part: "shown" | "edit" | "score") => setOpen(open === part ? undefined : part);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {said && (
        <>
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
            title={
              pinned ? "Let votes and scores choose the label again" : "Make it the label, whatever the scores say"
            }
            onClick={() => void change("/label", "PUT", { pinned: !pinned })}
            className={button(pinned)}
          >
            {pinned ? "pinned as label" : isLabel ? "label · pin" : "use as label"}
          </button>
        </>
      )}
      {words !== null && (
        <>
          <button
            type="button"
            aria-expanded={open === "edit"}
            onClick={() => toggle("edit")}
            className={button(false)}
          >
            edit
          </button>
          {!scored && open !== "score" && (
            <button type="button" onClick={() => toggle("score")} className={button(false)}>
              score it
            </button>
          )}
          <button type="button" onClick={() => void change("", "DELETE")} className={button(false)}>
            delete
          </button>
        </>
      )}
      {shown > 0 && (
        <button
          type="button"
          aria-expanded={open === "shown"}
          onClick={() => toggle("shown")}
          className={button(false)}
        >
          {open === "shown" ? "hide what it saw" : "what it saw"}
        </button>
      )}
      <p role="status" className="basis-full text-ink-soft text-xs empty:hidden">
        {ended}
      </p>
      {problem && (
        <p role="alert" className="basis-full text-bad text-xs">
          {problem}
        </p>
      )}
      {open && (
        <div className="mt-1 min-w-0 basis-full">
          <Suspense fallback={<p className="text-ink-faint text-xs">Loading.</p>}>
            {open === "shown" && <ShownSamples explanation={id} />}
            {open === "score" && (
              <ScoreFeature
                feature={feature}
                onEnd={(said) => {
                  setEnded(said);
                  setOpen(undefined);
                }}
              />
            )}
            {open === "edit" && words !== null && (
              <ExplanationForm
                title="Edit the explanation"
                first={words}
                save={{ path: `/api/v1/explanations/${id}`, method: "PUT" }}
                note={scored ? "Its scores and votes were given to the old words: saving drops them." : undefined}
                onEnd={(saved) => {
                  setOpen(undefined);
                  if (saved && scored) setEnded("Saved. Its scores were of the old words: score it again.");
                }}
              />
            )}
          </Suspense>
        </div>
      )}
    </div>
  );
}

/** A button that turns into a field for an explanation of one's own. */
export function WriteExplanation({ feature }: { feature: string }) {
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <Button onClick={() => setOpen(true)} data-key="e" data-key-label="write an explanation">
        Write an explanation
      </Button>
    );
  }
  return (
    <div className="max-w-2xl basis-full">
      <ExplanationForm
        title="Write an explanation"
        first=""
        save={{ path: `/api/v1/features/${feature}/explanations`, method: "POST" }}
        onEnd={() => setOpen(false)}
      />
    </div>
  );
}
