"use client";
import { counted, formatValue, statusWords } from "@/lib/features/format";
import type { Company, Feature, Partner } from "@/lib/features/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { Segmented } from "../ui/segmented";
import { useUrlParam } from "../ui/url-params";
import { ContactStrip } from "../viz/contact-strip";

type Ground = "image" | "text";

const PLACES = ["same", "adjacent", "elsewhere"] as const;

/** What the places are called, and what company there tends to be. */
const WORDS: Record<Ground, Record<(typeof PLACES)[number], { title: string; means: string }>> = {
  image: {
    same: { title: "Same patch", means: "other names of it, and what it is made of" },
    adjacent: { title: "Next to it", means: "parts, edges and grounds" },
    elsewhere: { title: "Elsewhere in the image", means: "scenes and company" },
  },
  text: {
    same: { title: "Same token", means: "other names of it, and what it is made of" },
    adjacent: { title: "Next to it", means: "the token before or after: words and phrases" },
    elsewhere: { title: "Elsewhere in the text", means: "subjects and company" },
  },
};

/** Peaks below which nothing can be said. */
const LEAST = 10;

/** Features that fire where this one peaks more often than elsewhere, by place: among the patches of images, or the tokens of texts. */
export function FiresWith({
  feature,
  query,
}: {
  feature: Pick<Feature, "firesWith" | "imageShare">;
  query: Record<string, string>;
}) {
  const { firesWith, imageShare } = feature;
  const usual: Ground = firesWith && firesWith.peaks < LEAST && imageShare < 1 ? "text" : "image";
  const [chosen, choose] = useUrlParam("ground", usual, query.ground, "push");
  if (!firesWith) return null;
  const both = imageShare > 0 && imageShare < 1;
  const ground: Ground = both ? (chosen === "text" ? "text" : "image") : usual;
  const company = ground === "text" ? firesWith.text : firesWith;
  const measured = company && company.peaks >= LEAST;
  return (
    <Panel
      title="Fires with"
      aside={measured ? `lift at ${counted(company.peaks, "peak")}, each in another ${ground}` : undefined}
    >
      {both && (
        <div className="mb-3">
          <Segmented
            label="Company in"
            value={ground}
            onChange={choose}
            segments={[
              { value: "image", label: "Images", title: "by patches of images" },
              { value: "text", label: "Texts", title: "by tokens of texts" },
            ]}
          />
        </div>
      )}
      {company ? <Places company={company} ground={ground} /> : <NotCollected />}
    </Panel>
  );
}

function NotCollected() {
  return (
    <p className="text-sm text-ink-soft">
      This SAE was collected before company in texts was counted; collected anew, it has it.{" "}
      <Link href="/runs" className="text-accent underline underline-offset-2">
        All runs
      </Link>
    </p>
  );
}

function Places({ company, ground }: { company: Company; ground: Ground }) {
  const { peaks } = company;
  if (PLACES.every((place) => company[place].length === 0)) {
    return (
      <p className="text-sm text-ink-soft">
        {peaks < LEAST
          ? `It peaks ${ground === "image" ? "on" : "in"} ${counted(peaks, ground)} only; company is measured from 10 on.`
          : `At ${counted(peaks, "peak")} no other feature is there more often than by chance.`}
      </p>
    );
  }
  return (
    <div className="grid gap-x-6 gap-y-5 sm:grid-cols-3">
      {PLACES.map((place) => (
        <section key={place} aria-label={WORDS[ground][place].title} className="min-w-0">
          <h3 className="text-xs font-medium">{WORDS[ground][place].title}</h3>
          <p className="mb-1.5 text-2xs text-ink-faint">{WORDS[ground][place].means}</p>
          {company[place].length === 0 ? (
            <p className="py-1 text-xs text-ink-faint">nothing beyond chance</p>
          ) : (
            <ul className="-mx-2 grid grid-cols-1 gap-0.5">
              {company[place].map((partner) => (
                <li key={partner.ref}>
                  <Row partner={partner} peaks={peaks} />
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
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
