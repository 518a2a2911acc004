import type { ModelCard } from "@/lib/saes/schema";
import { SaeTable } from "../home/sae-table";
import { Link } from "../ui/link";
import { PageHead } from "../ui/page-head";
import { Panel } from "../ui/panel";

const RESIZE_WORDS = {
  squash: "stretched to fit",
  crop: "centre crop",
  pad: "padded",
  tile: "cut into tiles",
} as const;

/** A model's card: what it is, where it can be read, and its SAEs. */
export function ModelView({ model }: { model: ModelCard }) {
  const facts: [string, string][] = [
    ["kind", model.kind === "vlm" ? "vision-language model" : model.kind],
    ["layers", String(model.layers)],
    ["width", String(model.dModel)],
    ["sites", `${model.sites.length}: ${model.sites[0] ?? "–"} … ${model.sites.at(-1) ?? ""}`],
    ...model.geometries.map((g): [string, string] => [
      `view ${g.view}`,
      `${g.rows} × ${g.cols} cells, ${RESIZE_WORDS[g.resize]}`,
    ]),
    ["hash", model.hash.slice(0, 16)],
  ];
  return (
    <>
      <PageHead crumbs={[{ label: "home", href: "/" }, { label: model.slug }]} title={model.title} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <section aria-label="SAEs">
          <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
            <h2 className="text-sm font-semibold">Sparse autoencoders</h2>
            {model.saes.length > 1 && (
              <Link
                href={`/saes?${model.saes.map(({ ref }) => `in=${ref}`).join("&")}`}
                className="rounded text-sm text-ink-soft underline underline-offset-2 hover:text-ink"
              >
                Compare them
              </Link>
            )}
          </div>
          {model.saes.length > 0 ? <SaeTable saes={model.saes} /> : <p className="text-sm text-ink-soft">None yet.</p>}
        </section>
        <Panel title="Model">
          <dl className="nums grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
            {facts.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-ink-faint">{name}</dt>
                <dd className="break-words text-right">{value}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
    </>
  );
}
