"use client";
import { useEffect, useRef, useState } from "react";
import { formatScore } from "@/lib/features/format";
import type { Receipt, ScoreDetail } from "@/lib/features/schema";
import { Button } from "../ui/button";
import { cx } from "../ui/class-names";
import { ErrorNote } from "../ui/error-note";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { imageUrl } from "../viz/image-url";

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
  const right = score?.receipts.filter((r) => r.right === true).length ?? 0;
  const judged = score?.receipts.filter((r) => r.right !== null).length ?? 0;
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
          {judged > 0 && (
            <p className="nums mt-1 text-sm">
              {right} of {judged} right{score?.nMissing ? `, ${score.nMissing} without a readable answer` : ""}
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
        <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3">
          {score?.receipts.map((r, i) => (
            <li key={i}>
              <Item receipt={r} />
            </li>
          ))}
        </ul>
      </div>
    </dialog>
  );
}

function Item({ receipt: r }: { receipt: Receipt }) {
  const mark = r.right === true ? "✓" : r.right === false ? "✗" : "–";
  return (
    <div
      className={cx(
        "h-full overflow-hidden rounded-lg border text-xs",
        r.right === false ? "border-bad" : "border-line",
      )}
    >
      <div className={r.other ? "grid grid-cols-2 gap-px" : ""}>
        {[r.image, r.other].map(
          (image, i) =>
            image && (
              <img
                key={image.sha}
                src={imageUrl(image.sha)}
                alt={r.other ? `${i === 0 ? "fires" : "silent"}: ${image.alt}` : image.alt}
                width={image.width}
                height={image.height}
                loading="lazy"
                className="aspect-square w-full bg-mat object-contain"
              />
            ),
        )}
      </div>
      {r.text && <p className="line-clamp-6 bg-sunken p-2 font-mono text-2xs">{r.text}</p>}
      <p className="nums p-2">
        <span
          className={cx("font-semibold", r.right === false ? "text-bad" : r.right ? "text-good" : "text-ink-faint")}
        >
          {mark}
        </span>{" "}
        {r.role}
        <span className="block text-ink-faint">
          {r.other
            ? "left fires, right is silent"
            : r.iou !== null
              ? `IoU ${formatScore(r.iou)} · ${r.expected}`
              : `expected ${r.expected}, answered ${r.answered ?? "nothing readable"}`}
        </span>
      </p>
    </div>
  );
}
