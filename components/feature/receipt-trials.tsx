import { formatScore } from "@/lib/features/format";
import type { Receipt } from "@/lib/features/schema";
import { cx } from "../ui/class-names";
import { ReceiptPicture } from "./receipt-picture";

/** Intruder: each trial with its five images as they were shown, what was seen in them, and which was named. */
export function ReceiptTrials({ receipts }: { receipts: readonly Receipt[] }) {
  const trials = new Map<number, Receipt[]>();
  for (const r of receipts) trials.set(r.trial ?? 0, [...(trials.get(r.trial ?? 0) ?? []), r]);
  return (
    <ol className="flex flex-col gap-5">
      {[...trials].map(([trial, own]) => (
        <li key={trial}>
          <h3 className="mb-1.5 text-sm">
            <span className="font-medium">Trial {trial}</span>{" "}
            <span className="nums text-ink-soft">{outcomeWords(own)}</span>
          </h3>
          <ul className="grid grid-cols-3 gap-1.5 sm:grid-cols-5">
            {own.map((r, i) => (
              <li
                key={i}
                className={cx(
                  "overflow-hidden rounded-lg border",
                  r.role === "intruder" ? "border-accent" : "border-line",
                )}
              >
                {r.image && <ReceiptPicture image={r.image} alt={r.image.alt} region={r.region} />}
                <p className="nums p-1 text-2xs leading-tight">
                  <span className={r.role === "intruder" ? "font-semibold text-accent" : "text-ink-faint"}>
                    {r.role === "intruder" ? "intruder" : "fires"}
                  </span>
                  {r.picked !== null && r.picked > 0 && <span className="block font-medium">named</span>}
                  {r.said && <span className="block break-words text-ink-faint">“{r.said}”</span>}
                </p>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function outcomeWords(trial: readonly Receipt[]): string {
  const picked = trial.find((r) => r.role === "intruder")?.picked;
  if (picked === null || picked === undefined) return "the answer could not be read";
  if (picked === 1) return "✓ found";
  return picked === 0
    ? "✗ missed"
    : `one of ${Math.round(1 / picked)} that fit in least: counts ${formatScore(picked)}`;
}
