import type { Feature } from "@/lib/features/schema";
import { Link } from "../ui/link";
import { StillPicture } from "../viz/still-picture";

const SHOWN = 6;

/** One feature as a foretaste: its strongest images with the region lit. */
export function Peek({ feature }: { feature: Feature }) {
  const { exemplars, aRef, label } = feature;
  return (
    <Link
      href={`/${feature.ref}`}
      className="block rounded-2xl border border-line bg-panel p-3 shadow-lift transition-colors hover:border-line-strong"
      aria-label={`Feature ${feature.index}: ${label.text}`}
    >
      <span className="grid grid-cols-3 gap-1.5 rounded-lg bg-mat p-1.5">
        {exemplars.items.slice(0, SHOWN).map((item) => {
          const geometry = exemplars.geometries.find((g) => g.id === item.geometry);
          if (!item.image || !geometry) return null;
          return (
            <StillPicture
              key={item.rank}
              src={`/i/${item.image.sha}/256.webp`}
              alt={item.image.alt}
              width={item.image.width}
              height={item.image.height}
              grid={{ codes: item.grid, scale: item.scale, ...geometry }}
              aRef={aRef}
            />
          );
        })}
      </span>
      <span className="mt-2.5 flex items-baseline justify-between px-1 text-sm">
        <span>
          Feature <span className="nums">#{feature.index}</span> looks for <strong>{label.text}</strong>
        </span>
        <span className="text-ink-faint">open ▸</span>
      </span>
    </Link>
  );
}
