import { formatScore, statusWords } from "@/lib/features/format";
import type { FeatureRow } from "@/lib/features/list/schema";
import type { EmbedView } from "@/lib/share/embed/format";
import { Empty } from "../ui/note";
import { ContactStrip } from "../viz/contact-strip";
import { BackLink, EmbedFrame } from "./embed-frame";

interface Props {
  title: string;
  rows: readonly (FeatureRow & { note?: string })[];
  view: EmbedView;
  href: string;
}

/** Features on a foreign page: a list, or what a search finds. */
export function EmbedRows({ title, rows, view, href }: Props) {
  const { show } = view;
  return (
    <EmbedFrame view={view}>
      {show.has("label") && <h1 className="mb-2 font-semibold text-lg">{title}</h1>}
      {rows.length === 0 && <Empty title="No feature here">The page itself may say more.</Empty>}
      <ul className="flex flex-col gap-1.5" aria-label="Features">
        {rows.map((row) => (
          <li key={row.ref}>
            <a
              href={`/${row.ref}`}
              target="_blank"
              rel="noopener"
              className="grid grid-cols-[7.5rem_minmax(0,1fr)_auto] items-center gap-3 rounded-lg border border-line bg-panel p-1.5 hover:border-line-strong"
            >
              <ContactStrip src={row.strip} eager />
              <span className="min-w-0">
                <span className="block truncate font-medium text-sm">{row.label ?? statusWords(row.status)}</span>
                <span className="nums block truncate text-2xs text-ink-faint">#{row.index}</span>
              </span>
              {show.has("scores") && (
                <span className="nums pr-2 text-sm" title="detection score">
                  {formatScore(row.scores.detection)}
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
      {show.has("link") && <BackLink href={href}>{title} on Fovea</BackLink>}
    </EmbedFrame>
  );
}
