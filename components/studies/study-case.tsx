import type { StudyShown } from "@/lib/studies/schema";
import { Badge } from "../ui/badge";
import { Link } from "../ui/link";

type Case = StudyShown["cases"][number];

/** One example behind a figure: the question, what was said without and with the change. */
export function StudyCase({ shown }: { shown: Case }) {
  const { title, ref, href, image, question, before, after, good } = shown;
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
        <p className="flex flex-wrap items-baseline gap-x-2">
          {ref ? (
            <Link href={`/${ref}`} className="font-medium text-accent underline underline-offset-2">
              {title}
            </Link>
          ) : (
            <span className="font-medium">{title}</span>
          )}
          {good !== null && <Badge tone={good ? "good" : "plain"}>{good ? "turned" : "not turned"}</Badge>}
        </p>
        <p className="text-ink-soft">{question}</p>
        <p className="break-words">
          <span className="text-ink-faint">{before.trim()}</span>
          {after && <> → {after.trim()}</>}
        </p>
        {href && (
          <Link href={href} className="text-accent text-xs underline underline-offset-2">
            see it on the desk
          </Link>
        )}
      </div>
    </li>
  );
}
