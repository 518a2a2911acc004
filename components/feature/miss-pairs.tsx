"use client";
import { counted } from "@/lib/features/format";
import type { Exemplar, Exemplars } from "@/lib/features/schema";
import type { Geometry } from "@/lib/samples/schema";
import { ErrorNote } from "../ui/error-note";
import { Segmented } from "../ui/segmented";
import { useUrlParam } from "../ui/url-params";
import type { ViewSettings } from "../viz/view-settings";
import { ExemplarCard } from "./exemplar-card";
import { useFetched } from "./use-fetched";

const SORTS = {
  alike: { label: "Looks alike", title: "nearest to an exemplar by the mean hidden state of the image, and silent" },
  almost: { label: "Almost fired", title: "silent, but next in line by its pre-activation somewhere" },
} as const;
type Sort = keyof typeof SORTS;

interface Props {
  featureRef: string;
  /** Silent images of both sorts. */
  items: readonly Exemplar[];
  /** The strongest exemplars, when the page has them already. */
  top: Exemplars | undefined;
  geometries: readonly Geometry[];
  aRef: number;
  settings: ViewSettings;
  query: Record<string, string>;
  onOpen: (item: Exemplar) => void;
}

/** Near misses beside the exemplar that each looks like: what is there when it fires and not when it is silent? */
export function MissPairs({ featureRef, items, top: given, geometries, aRef, settings, query, onOpen }: Props) {
  const [chosen, choose] = useUrlParam("miss", "alike", query.miss, "replace");
  const there = (sort: Sort) => items.filter((item) => item.why === sort);
  const wanted: Sort = chosen === "almost" ? "almost" : "alike";
  // A sort without a sample gives way to the other one.
  const sort = there(wanted).length > 0 ? wanted : wanted === "alike" ? "almost" : "alike";
  const url = `/api/v1/features/${featureRef}/exemplars?band=top&modality=image`;
  const { data, problem, retry } = useFetched<Exemplars>(given ? null : url);
  const top = given ?? data;
  const fires = (item: Exemplar) =>
    top?.items.find((e) => e.image && e.rank === item.resembles) ?? top?.items.find((e) => e.image);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
        <Segmented
          label="Sort of near miss"
          value={sort}
          onChange={choose}
          segments={(["alike", "almost"] as const).map((value) => ({ value, ...SORTS[value] }))}
        />
        <p className="text-xs text-ink-faint" aria-live="polite">
          {there(sort).length === 0
            ? "None of this sort."
            : `${counted(there(sort).length, "pair")}: ${SORTS[sort].title}`}
        </p>
      </div>
      {problem && <ErrorNote detail={problem.message} code={problem.code} onRetry={retry} />}
      <ul className="grid gap-3 lg:grid-cols-2" aria-label="Pairs of an image that fires and one that is silent">
        {there(sort).map((item) => {
          const pair = fires(item);
          return (
            <li key={item.rank} className="grid grid-cols-2 gap-1.5 rounded-xl bg-sunken p-1.5">
              <Half title={pair ? `fires · top ${pair.rank}` : "fires"}>
                {pair && (
                  <Card
                    item={pair}
                    geometries={top?.geometries ?? []}
                    aRef={aRef}
                    settings={settings}
                    onOpen={onOpen}
                  />
                )}
              </Half>
              <Half title="silent">
                <Card item={item} geometries={geometries} aRef={aRef} settings={settings} onOpen={onOpen} />
              </Half>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Half({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <figure className="min-w-0">
      <figcaption className="nums mb-1 px-0.5 text-2xs text-ink-soft">{title}</figcaption>
      {children}
    </figure>
  );
}

interface CardProps {
  item: Exemplar;
  geometries: readonly Geometry[];
  aRef: number;
  settings: ViewSettings;
  onOpen: (item: Exemplar) => void;
}

function Card({ item, geometries, aRef, settings, onOpen }: CardProps) {
  const geometry = geometries.find((g) => g.id === item.geometry);
  if (!geometry) return null;
  return (
    <ExemplarCard item={item} geometry={geometry} aRef={aRef} settings={settings} eager onOpen={() => onOpen(item)} />
  );
}
