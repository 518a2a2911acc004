"use client";
import { useEffect, useRef, useState } from "react";
import type { ScoreDetail } from "@/lib/features/schema";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { ReceiptCard } from "./receipt-card";
import { ReceiptText } from "./receipt-text";
import { ReceiptTrials } from "./receipt-trials";

/** The items behind a score, counter-examples first, so that the number can be recounted. */
export function Receipts({ id, title, onClose }: { id: string; title: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [score, setScore] = useState<ScoreDetail>();
  const [problem, setProblem] = useState<FetchProblem>();
  useEffect(() => {
    dialog.current?.showModal();
    fetchJson<ScoreDetail>(`/api/v1/scores/${id}`).then(setScore, (error: unknown) =>
      setProblem(error instanceof FetchProblem ? error : new FetchProblem("The receipts could not be loaded.")),
    );
  }, [id]);
  const counts = score ? countWords(score.receipts) : "";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself; the click is for its backdrop
    <dialog
      ref={dialog}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      aria-labelledby="receipts-title"
      className="mr-0 ml-auto h-dvh max-h-dvh w-[min(34rem,100vw)] border-line border-l bg-panel text-ink shadow-lift"
    >
      <div className="sticky top-0 z-10 flex items-start gap-4 border-line border-b bg-panel px-5 py-4">
        <div className="min-w-0 flex-1">
          <h2 id="receipts-title" className="font-semibold">
            Receipts
          </h2>
          <p className="text-sm text-ink-soft">{title}</p>
          {counts && (
            <p className="nums mt-1 text-sm">
              {counts} right{score?.nMissing ? `, ${score.nMissing} without a readable answer` : ""}
            </p>
          )}
        </div>
        <Button look="ghost" onClick={() => dialog.current?.close()}>
          Close
        </Button>
      </div>
      <div className="p-5">
        {problem && <ErrorNote detail={problem.message} code={problem.code} requestId={problem.requestId} />}
        {score?.receipts.length === 0 && <p className="text-sm text-ink-soft">This score kept no items.</p>}
        {score && <Items score={score} />}
      </div>
    </dialog>
  );
}

function Items({ score: { scorer, receipts } }: { score: ScoreDetail }) {
  if (scorer === "intruder") return <ReceiptTrials receipts={receipts} />;
  if (scorer === "simulation") {
    return (
      <ul className="flex flex-col gap-3">
        {receipts.map((r, i) => (
          <li key={i}>
            <ReceiptText receipt={r} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      {receipts.map((r, i) => (
        <li key={i}>
          <ReceiptCard receipt={r} />
        </li>
      ))}
    </ul>
  );
}

/** "17 of 20 images, 10 of 13 texts": an explanation is scored on the kind that it speaks of, the other is shown beside. */
function countWords(receipts: ScoreDetail["receipts"]): string {
  const judged = receipts.filter((r) => r.right !== null);
  const kinds = [
    { name: " images", own: judged.filter((r) => r.kind === "image") },
    { name: " texts", own: judged.filter((r) => r.kind === "text") },
  ].filter(({ own }) => own.length > 0);
  return kinds
    .map(({ name, own }) => `${own.filter((r) => r.right).length} of ${own.length}${kinds.length > 1 ? name : ""}`)
    .join(", ");
}
