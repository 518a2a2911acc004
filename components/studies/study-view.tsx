import { formatDate } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import type { StudyShown } from "@/lib/studies/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { FigureRow } from "./figure-row";
import { StudyCase } from "./study-case";

interface Props {
  /** The run that it was found by; left out on that run's own page. */
  run?: Run;
  result: StudyShown;
}

/** What a study found: its figures beside their controls, and the cases behind them. */
export function StudyView({ run, result }: Props) {
  const { title, about, figures, cases, notes, name } = result;
  return (
    <Panel
      id={name}
      title={title}
      aside={
        run && (
          <Link href={`/run/${run.id}`} className="underline decoration-dotted underline-offset-2">
            <time dateTime={run.createdAt}>{formatDate(run.createdAt)}</time>, run {run.id}
          </Link>
        )
      }
    >
      <p className="mb-3 max-w-3xl text-sm text-ink-soft">{about}</p>
      <ul className="flex flex-col divide-y divide-line">
        {figures.map((figure) => (
          <FigureRow key={figure.label} figure={figure} />
        ))}
      </ul>
      {notes.map((note) => (
        <p key={note} className="mt-3 max-w-3xl text-xs text-ink-soft">
          {note}
        </p>
      ))}
      {cases.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-sm font-medium">{cases.length} cases</summary>
          <ul className="mt-2 grid gap-3 sm:grid-cols-2">
            {cases.map((one, i) => (
              <StudyCase key={`${i} ${one.title}`} shown={one} />
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}
