"use client";
import { statusWords } from "@/lib/features/format";
import type { Changed, WordResult } from "@/lib/inspect/word/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";

interface Props {
  result: WordResult;
  followed: number | null;
  onFollow: (feature: number) => void;
}

/** Features that the word brings or takes away where it lies; a tick tells what its scrambled letters do. */
export function ChangedFeatures({ result, followed, onFollow }: Props) {
  const { gained, lost } = result;
  const most = Math.max(0.01, ...[...gained, ...lost].map((f) => Math.max(f.plain, f.word, f.scrambled ?? 0) / f.aRef));
  const shared = { most, followed, onFollow };
  return (
    <Panel title="What changes under the word" aside="click to follow one">
      <div className="flex flex-col gap-4">
        <List title="Gained" none="No feature comes up." items={gained} {...shared} />
        <List title="Lost" none="No feature goes away." items={lost} {...shared} />
      </div>
      <p className="mt-3 text-2xs text-ink-faint">
        peak under the word ÷ reference strength, by size of change
        {result.scrambled === null ? "" : "; tick: with the letters scrambled"}
      </p>
    </Panel>
  );
}

interface ListProps extends Pick<Props, "followed" | "onFollow"> {
  title: string;
  none: string;
  items: readonly Changed[];
  most: number;
}

function List({ title, none, items, most, followed, onFollow }: ListProps) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 font-medium text-ink-soft text-xs">{title}</h3>
      {items.length === 0 && <p className="text-ink-soft text-sm">{none}</p>}
      <ol>
        {items.map((item) => (
          <Row key={item.index} item={item} most={most} on={item.index === followed} onFollow={onFollow} />
        ))}
      </ol>
    </section>
  );
}

function Row({
  item,
  most,
  on,
  onFollow,
}: {
  item: Changed;
  most: number;
  on: boolean;
  onFollow: (feature: number) => void;
}) {
  const share = (x: number) => x / item.aRef;
  const at = (x: number) => `${(100 * share(x)) / most}%`;
  const [lo, hi] = [Math.min(item.plain, item.word), Math.max(item.plain, item.word)];
  const name = item.label ?? statusWords(item.status).split(":")[0];
  const control = item.scrambled === null ? "" : `, ${share(item.scrambled).toFixed(2)} with the letters scrambled`;
  return (
    <li className={`flex items-center gap-2 rounded-lg ${on ? "bg-accent-soft" : "hover:bg-sunken"}`}>
      <button
        type="button"
        aria-pressed={on}
        onClick={() => onFollow(item.index)}
        className="grid min-h-8 min-w-0 flex-1 grid-cols-[minmax(0,1fr)_5rem_5.25rem] max-sm:grid-cols-[minmax(0,1fr)_3rem_5.25rem] items-center gap-2 rounded-lg px-1.5 text-left text-sm pointer-coarse:min-h-11"
      >
        <span className="truncate" title={item.label ? `${item.label}, #${item.index}` : name}>
          {item.label ?? <span className="text-ink-soft">#{item.index}</span>}
        </span>
        <span className="relative block h-2 rounded-full bg-sunken outline outline-line" aria-hidden="true">
          <span className="absolute inset-y-0 left-0 rounded-l-full bg-line-strong" style={{ width: at(lo) }} />
          <span
            className={`absolute inset-y-0 ${item.word > item.plain ? "bg-bar" : "border border-ink-faint border-dashed"}`}
            style={{ left: at(lo), width: `calc(${at(hi)} - ${at(lo)})` }}
          />
          {item.scrambled !== null && (
            <span
              className="absolute -inset-y-0.5 w-0.5 bg-warn"
              style={{ left: `min(calc(100% - 2px), ${at(item.scrambled)})` }}
            />
          )}
        </span>
        <span className="nums text-right text-2xs text-ink-soft">
          {share(item.plain).toFixed(2)} → {share(item.word).toFixed(2)}
          <span className="sr-only">{` times its reference strength${control}`}</span>
        </span>
      </button>
      <Link
        href={`/${item.ref}`}
        aria-label={`Open ${name}, number ${item.index}`}
        className="grid size-8 shrink-0 place-items-center rounded text-ink-faint hover:text-ink pointer-coarse:size-11"
      >
        <span aria-hidden="true">→</span>
      </Link>
    </li>
  );
}
