import { formatScore } from "@/lib/features/format";
import type { Receipt } from "@/lib/features/schema";
import { cx } from "../ui/class-names";
import { ReceiptPicture } from "./receipt-picture";

const ROLE_WORDS: Record<string, string> = {
  positive: "fires",
  random: "silent, drawn at random",
  hard: "near miss",
  neighbour: "silent, a near feature fires",
  moved: "region moved to where it is silent",
  company: "region of another feature",
};

/** How a receipt's role reads. */
export const roleWords = (role: string): string => ROLE_WORDS[role] ?? role;

/** One judged sample or region: what was shown, what it is, what was expected and answered. */
export function ReceiptCard({ receipt: r }: { receipt: Receipt }) {
  const mark = r.right === true ? "✓" : r.right === false ? "✗" : "–";
  const pair = r.image !== null && r.other !== null;
  return (
    <div
      className={cx(
        "h-full overflow-hidden rounded-lg border text-xs",
        r.right === false ? "border-bad" : "border-line",
      )}
    >
      <div className={pair ? "grid grid-cols-2 gap-px" : ""}>
        {[r.image, r.other].map(
          (image, i) =>
            image && (
              <ReceiptPicture
                key={image.sha}
                image={image}
                alt={pair ? `${i === 0 ? "fires" : "silent"}: ${image.alt}` : image.alt}
                region={i === 0 ? r.region : null}
              />
            ),
        )}
      </div>
      {r.text && <p className="line-clamp-6 bg-sunken p-2 font-mono text-2xs">{r.text}</p>}
      <p className="nums p-2">
        {r.iou === null && (
          <>
            <span
              className={cx("font-semibold", r.right === false ? "text-bad" : r.right ? "text-good" : "text-ink-faint")}
            >
              {mark}
            </span>{" "}
            {roleWords(r.role)}
            {r.kind === "text" && r.image && ", by the words of a conversation about this image"}
          </>
        )}
        <span className="block text-ink-faint">
          {pair
            ? "left fires, right is silent"
            : r.iou !== null
              ? `IoU ${formatScore(r.iou)} · ${r.expected}`
              : `expected ${r.expected}, answered ${r.answered ?? "nothing readable"}`}
        </span>
      </p>
    </div>
  );
}
