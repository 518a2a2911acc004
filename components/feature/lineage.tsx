"use client";
import { formatCount, formatScore, statusWords } from "@/lib/features/format";
import type { Lineage as LineageData, NotCompared } from "@/lib/features/relations/schema";
import { ErrorNote } from "../ui/error-note";
import { Link } from "../ui/link";
import { useUrlQuery } from "../ui/url-params";
import { imageUrl } from "../viz/image-url";
import { StillPicture } from "../viz/still-picture";
import type { SeenProps } from "./seen-props";
import { useFetched } from "./use-fetched";

/** What stays when a reader goes on to another SAE: the place and the look. */
const KEPT = ["band", "by", "modality", "overlay", "cut", "op", "gamma", "pal", "contrast", "smooth"];

const REASONS: Record<NotCompared["reason"], string> = {
  not_collected: "its exemplars were not collected yet",
  other_data: "it was collected on another data set",
  not_cached: "its codes are no longer cached: collect it again",
};

/** The same images under the other SAEs of the model, each with the feature that goes with this one there. */
export function Lineage({ feature: { ref }, query }: SeenProps) {
  const { data, busy, problem, retry } = useFetched<LineageData>(`/api/v1/features/${ref}/lineage`);
  const now = new URLSearchParams(useUrlQuery(new URLSearchParams(query).toString()));
  const kept = new URLSearchParams([...now].filter(([name]) => KEPT.includes(name))).toString();
  if (problem) return <ErrorNote detail={problem.message} code={problem.code} onRetry={retry} />;
  if (!data) return <p className="text-sm text-ink-faint">{busy ? "Reading the codes of the other SAEs…" : ""}</p>;
  const own = ref.split("/")[1] as string;
  return (
    <div className="grid gap-3">
      <Row name={own} detail="this feature" images={data.images} {...data.own} />
      {data.relatives.map((r) => (
        <Row key={r.sae} name={r.sae} detail={`${r.site} · ${formatCount(r.n)} features`} images={data.images} {...r}>
          {r.feature ? (
            <Link
              href={`/${r.feature.ref}${kept ? `?${kept}` : ""}`}
              className="block rounded-md text-sm underline decoration-line-strong underline-offset-4 hover:decoration-ink pointer-coarse:py-2"
            >
              {r.feature.label ?? statusWords(r.feature.status)}{" "}
              <span className="nums text-2xs text-ink-faint">#{r.feature.index}</span>
              <span className="nums block text-2xs text-ink-soft no-underline">
                correlation {formatScore(r.feature.value)}
              </span>
            </Link>
          ) : (
            <p className="text-xs text-ink-soft">No feature fires with it there.</p>
          )}
        </Row>
      ))}
      {data.relatives.length === 0 && (
        <p className="text-sm text-ink-soft">
          {data.notCompared.length === 0
            ? "This model has no other SAE yet. Train one, and the same images appear here under it."
            : "No other SAE of this model can be compared."}
        </p>
      )}
      {data.notCompared.map(({ sae, reason }) => (
        <p key={sae} className="text-xs text-ink-faint">
          <span className="font-mono">{sae}</span>: {REASONS[reason]}
        </p>
      ))}
    </div>
  );
}

interface RowProps {
  name: string;
  detail: string;
  images: LineageData["images"];
  grids: readonly string[];
  scale: number;
  aRef: number;
  children?: React.ReactNode;
}

function Row({ name, detail, images, grids, scale, aRef, children }: RowProps) {
  return (
    <section aria-label={name} className="grid items-center gap-x-4 gap-y-1.5 sm:grid-cols-[10rem_1fr]">
      <div className="min-w-0">
        <p className="truncate font-mono text-xs">{name}</p>
        <p className="nums truncate text-2xs text-ink-faint">{detail}</p>
        {children}
      </div>
      <div className="grid max-w-md grid-cols-4 gap-1.5">
        {images.map(({ image, geometry, rank }, i) => (
          <div key={rank} className="rounded-lg bg-mat p-0.5">
            <StillPicture
              src={imageUrl(image.sha)}
              alt={`${image.alt} under ${name}`}
              width={image.width}
              height={image.height}
              grid={{ codes: grids[i] ?? btoa("\0".repeat(geometry.rows * geometry.cols)), scale, ...geometry }}
              aRef={aRef}
            />
          </div>
        ))}
      </div>
    </section>
  );
}
