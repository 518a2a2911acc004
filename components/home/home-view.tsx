import { formatCount } from "@/lib/features/format";
import type { Feature } from "@/lib/features/schema";
import type { ModelCard, SaeSummary } from "@/lib/saes/schema";
import { buttonClass } from "../ui/button";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { Peek } from "./peek";
import { SaeTable } from "./sae-table";

/** What this place is, and one click to something wonderful. */
export function HomeHead({ sae, peek }: { sae: SaeSummary | undefined; peek: Feature | undefined }) {
  const live = sae?.nLive || sae?.n;
  return (
    <header className="grid items-center gap-8 pt-2 sm:pt-5 lg:grid-cols-[minmax(0,1fr)_26rem]">
      <div>
        <h1 className="max-w-[22ch] text-3xl font-semibold sm:text-[2.7rem] sm:leading-[1.12]">
          See what single neurons of a model look at.
        </h1>
        <p className="mt-3 max-w-[62ch] text-ink-soft sm:text-lg">
          Every feature comes with the images and words that fire it, the exact region, an explanation, and the test
          that the explanation passed.
        </p>
        {sae && (
          <div className="mt-5 flex flex-wrap items-center gap-2">
            <Link
              href={`/${sae.ref}`}
              className={buttonClass("solid", "px-4")}
              data-key="gf"
              data-key-label="go to features"
            >
              Browse {formatCount(live)} features
            </Link>
            <a
              href={`/${sae.ref}/random?status=explained`}
              className={buttonClass("outline", "px-4")}
              data-key="r"
              data-key-label="random feature"
            >
              Random feature
            </a>
            <Link
              href="/inspect"
              className={buttonClass("outline", "px-4")}
              title="Or drop an image anywhere on this page"
            >
              Drop an image
            </Link>
            <p className="nums text-sm text-ink-faint sm:ml-2">
              {sae.model} · {sae.slug}
              {live ? ` · ${Math.round((100 * sae.nExplained) / live)} % explained` : ""}
            </p>
          </div>
        )}
      </div>
      {peek && <Peek feature={peek} />}
    </header>
  );
}

/** Models with their SAEs. */
export function HomeModels({ models }: { models: readonly ModelCard[] }) {
  return (
    <>
      {models.map((model) => (
        <section key={model.slug} aria-label={model.title}>
          <div className="mb-2.5 flex flex-wrap items-baseline gap-x-3">
            <h2 className="text-lg font-semibold">
              <Link href={`/${model.slug}`} className="rounded hover:underline">
                {model.title}
              </Link>
            </h2>
            <p className="nums text-sm text-ink-faint">
              {model.kind === "vlm" ? "vision-language model" : `${model.kind} model`}, {model.layers} layers of width{" "}
              {model.dModel}
            </p>
            {model.saes.length > 1 && (
              <Link
                href={compareHref(models, model)}
                className="rounded text-sm text-ink-soft underline underline-offset-2 hover:text-ink sm:ml-auto"
              >
                Compare its SAEs
              </Link>
            )}
          </div>
          {model.saes.length > 0 ? (
            <SaeTable saes={model.saes} />
          ) : (
            <p className="text-sm text-ink-soft">No SAE yet.</p>
          )}
        </section>
      ))}
    </>
  );
}

/** Leads to the SAEs of one model beside each other; where there is no other model, to all. */
function compareHref(models: readonly ModelCard[], { saes }: ModelCard): string {
  if (models.every((other) => other.saes.length === 0 || other.saes === saes)) return "/saes";
  return `/saes?${saes.map(({ ref }) => `in=${ref}`).join("&")}`;
}

/** The very first start. */
export function HomeEmpty() {
  return (
    <Empty title="Nothing is here yet">
      Run <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code>: it makes pictures,
      reads the built-in model, finds its features, and shows them here within minutes.
    </Empty>
  );
}
