import type { StudyShown } from "@/lib/studies/schema";
import { Link } from "../ui/link";

type Case = StudyShown["cases"][number];

/** One example behind a figure: the question, what was said without and with the change. */
export function StudyCase({ shown }: { shown: Case }) {
  const { title, ref, image, question, before, after, good } = shown;
  return (
    <li className="flex gap-3 rounded-lg border border-line p-3 text-sm">
      {image && (
        <img
          src={`/i/${image}/96.webp`}
          alt=""
          width={64}
          height={64}
          className="size-16 shrink-0 rounded"
          loading="lazy"
        />
      )}
      <div className="min-w-0">
        {ref ? (
          <Link href={`/${ref}`} className="font-medium text-accent underline underline-offset-2">
            {title}
          </Link>
        ) : (
          <span className="font-medium">{title}</span>
        )}
        <p className="text-ink-soft">{question}</p>
        <p className="break-words">
          <span className="text-ink-faint">{before.trim()}</span> → {after.trim()}
          {good !== null && <span className="ml-1 text-xs text-ink-faint">({good ? "yes" : "no"})</span>}
        </p>
      </div>
    </li>
  );
}
