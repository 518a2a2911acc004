"use client";
import { formatScore, statusWords } from "@/lib/features/format";
import type { NotCompared, Related } from "@/lib/features/relations/schema";
import type { Neighbour } from "@/lib/features/schema";
import { ErrorNote } from "../ui/error-note";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { Segmented } from "../ui/segmented";
import { useUrlParam } from "../ui/url-params";
import { ContactStrip } from "../viz/contact-strip";
import { useFetched } from "./use-fetched";

const MEASURES = {
  decoder: {
    label: "Direction",
    title: "by cosine of the decoder rows",
    none: "No live feature has a similar direction.",
  },
  images: {
    label: "Images",
    title: "by the top images they share (Jaccard index)",
    none: "No other feature has two of its top images.",
  },
  otherSae: {
    label: "Other SAEs",
    title: "by correlation on its top samples, in other SAEs",
    none: "No other SAE of this model has a feature that fires with it.",
  },
} as const;
type Measure = keyof typeof MEASURES;

interface Props {
  feature: { ref: string; neighbours: Neighbour[] };
  query: Record<string, string>;
}

/** Features near to this one, by a measure that the reader chooses. */
export function SimilarFeatures({ feature, query }: Props) {
  const [near, setNear] = useUrlParam("near", "decoder", query.near, "replace");
  const by: Measure = near in MEASURES ? (near as Measure) : "decoder";
  const url = by === "decoder" ? null : `/api/v1/features/${feature.ref}/neighbours?by=${by}&limit=8`;
  const { data, busy, problem, retry } = useFetched<{ items: Related[]; notCompared: NotCompared[] }>(url);
  const items: readonly (Neighbour | Related)[] =
    by === "decoder" ? feature.neighbours.slice(0, 8) : (data?.items ?? []);
  return (
    <Panel
      title="Similar features"
      aside={
        <Segmented
          label="Similar by"
          value={by}
          onChange={setNear}
          segments={Object.entries(MEASURES).map(([value, { label, title }]) => ({
            value: value as Measure,
            label,
            title,
          }))}
        />
      }
    >
      <div aria-busy={by !== "decoder" && busy} aria-live="polite">
        {problem && by !== "decoder" && <ErrorNote detail={problem.message} code={problem.code} onRetry={retry} />}
        <div className="busy-body">
          {items.length > 0 ? (
            <ul className="-mx-2 grid gap-0.5">
              {items.map((n) => (
                <li key={n.ref}>
                  <Row neighbour={n} ownSae={feature.ref.split("/")[1] as string} />
                </li>
              ))}
            </ul>
          ) : (
            (by === "decoder" || (data && !busy)) && <p className="text-sm text-ink-soft">{MEASURES[by].none}</p>
          )}
        </div>
      </div>
      <p className="mt-2 text-2xs text-ink-faint">{MEASURES[by].title}</p>
    </Panel>
  );
}

function Row({ neighbour: n, ownSae }: { neighbour: Neighbour | Related; ownSae: string }) {
  const sae = n.ref.split("/")[1];
  return (
    <Link
      href={`/${n.ref}`}
      className="grid grid-cols-[8rem_1fr_auto] items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-sunken"
    >
      <ContactStrip src={n.strip} />
      <span className="min-w-0">
        <span className={`block truncate text-sm ${n.label ? "" : "text-ink-faint"}`}>
          {n.label ?? statusWords(n.status)}
        </span>
        <span className="nums block text-2xs text-ink-faint">
          {sae !== ownSae && `${sae} `}#{n.index}
          {"n" in n && n.n !== null && ` · ${n.n} samples shared`}
        </span>
      </span>
      <span className="nums text-xs text-ink-soft">{formatScore(n.value)}</span>
    </Link>
  );
}
