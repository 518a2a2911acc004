import { counted, formatValue, statusWords } from "@/lib/features/format";
import type { Feature, Partner } from "@/lib/features/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { ContactStrip } from "../viz/contact-strip";

const COLUMNS = [
  { place: "same", title: "Same patch", means: "other names of it, and what it is made of" },
  { place: "adjacent", title: "Next to it", means: "parts, edges and grounds" },
  { place: "elsewhere", title: "Elsewhere in the image", means: "scenes and company" },
] as const;

/** Peaks below which nothing can be said. */
const LEAST = 10;

/** Features that fire where this one peaks more often than elsewhere, by place. */
export function FiresWith({ feature }: { feature: Pick<Feature, "firesWith"> }) {
  const { firesWith } = feature;
  if (!firesWith) return null;
  const { peaks } = firesWith;
  const none = COLUMNS.every(({ place }) => firesWith[place].length === 0);
  return (
    <Panel
      title="Fires with"
      aside={peaks >= LEAST ? `lift at ${counted(peaks, "peak")}, each in another image` : undefined}
    >
      {none ? (
        <p className="text-sm text-ink-soft">
          {peaks < LEAST
            ? `It peaks on ${counted(peaks, "image")} only; company is measured from 10 on.`
            : `At ${counted(peaks, "peak")} no other feature is there more often than by chance.`}
        </p>
      ) : (
        <div className="grid gap-x-6 gap-y-5 sm:grid-cols-3">
          {COLUMNS.map(({ place, title, means }) => (
            <section key={place} aria-label={title} className="min-w-0">
              <h3 className="text-xs font-medium">{title}</h3>
              <p className="mb-1.5 text-2xs text-ink-faint">{means}</p>
              {firesWith[place].length === 0 ? (
                <p className="py-1 text-xs text-ink-faint">nothing beyond chance</p>
              ) : (
                <ul className="-mx-2 grid grid-cols-1 gap-0.5">
                  {firesWith[place].map((partner) => (
                    <li key={partner.ref}>
                      <Row partner={partner} peaks={peaks} />
                    </li>
                  ))}
                </ul>
              )}
            </section>
          ))}
        </div>
      )}
    </Panel>
  );
}

function Row({ partner, peaks }: { partner: Partner; peaks: number }) {
  const { lift, n, label, status, value } = partner;
  return (
    <Link
      href={`/${partner.ref}`}
      className="grid grid-cols-[7rem_1fr] items-center gap-x-3 rounded-lg px-2 py-1.5 hover:bg-sunken sm:block"
      title={`${formatValue(lift)} times as often as at the peaks of all features (at least ${formatValue(value)} times, 99.9 % interval)`}
    >
      <ContactStrip src={partner.strip} />
      <span className="flex min-w-0 items-baseline justify-between gap-2 sm:mt-1">
        <span className={`min-w-0 truncate text-xs ${label ? "" : "text-ink-faint"}`}>
          {label ?? statusWords(status)} <span className="nums text-2xs text-ink-faint">#{partner.index}</span>
        </span>
        <span className="nums shrink-0 text-2xs text-ink-soft">
          <span className="font-semibold text-ink text-xs">×{formatValue(lift)}</span> {n} of {peaks}
        </span>
      </span>
    </Link>
  );
}
