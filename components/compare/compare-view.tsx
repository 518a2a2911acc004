import type { ComparePageData } from "@/lib/compare/types";
import { counted, statusWords } from "@/lib/features/format";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Empty } from "../ui/note";
import { PageHead } from "../ui/page-head";
import { FeatureColumn } from "./feature-column";
import { PairTable } from "./pair-table";
import { SharedPicture } from "./shared-picture";

const MOST = 4;

export function addressOf(refs: readonly string[]): string {
  return `/compare${refs.length > 0 ? `?${refs.map((ref) => `f=${ref}`).join("&")}` : ""}`;
}

/** Two to four features side by side: what they share comes first. */
export function CompareView({ features, shared, nShared, missing }: ComparePageData) {
  const refs = features.map((f) => f.ref);
  const names = features.map((f) => f.label.text ?? `${statusWords(f.label.status).split(":")[0]} #${f.index}`);
  return (
    <>
      <PageHead title="Compare" actions={features.length > 0 && <CopyButton label="Copy link" keys="." />}>
        Features side by side, from any SAE: what they share, and what they do not.
      </PageHead>
      {missing.length > 0 && (
        <p className="mb-4 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn" role="status">
          There is no feature {missing.join(", ")}.
        </p>
      )}
      {features.length > 1 && (
        <>
          {shared.length > 0 && (
            <section aria-label="Shared images" className="mb-6">
              <h2 className="mb-2 font-semibold text-lg">
                Shared images
                <span className="nums ml-2 font-normal text-ink-faint text-sm">
                  {nShared > shared.length ? `${shared.length} of ` : ""}
                  {counted(nShared, "image")} kept as evidence of two or more
                </span>
              </h2>
              <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4 lg:grid-cols-6">
                {shared.map((one) => (
                  <li key={one.image.sha} className="min-w-0">
                    <SharedPicture shared={one} names={names} />
                  </li>
                ))}
              </ul>
            </section>
          )}
          <PairTable refs={refs} names={names} />
        </>
      )}
      {features.length === 0 ? (
        <Empty title="Nothing to compare yet">
          Press <kbd className="rounded-md border border-line bg-sunken px-1.5 font-mono text-xs">c</kbd> on features of
          a list or on a feature’s page, then{" "}
          <kbd className="rounded-md border border-line bg-sunken px-1.5 font-mono text-xs">Shift c</kbd>; or name one
          here.
        </Empty>
      ) : (
        <div
          className={`grid gap-4 sm:grid-cols-2 ${["", "xl:grid-cols-2", "xl:grid-cols-2", "xl:grid-cols-3", "xl:grid-cols-4"][features.length]}`}
        >
          {features.map((feature, slot) => (
            <FeatureColumn
              key={feature.ref}
              feature={feature}
              slot={slot}
              without={addressOf(refs.filter((ref) => ref !== feature.ref))}
            />
          ))}
        </div>
      )}
      {features.length < MOST && (
        <form action="/compare" className="mt-4 flex max-w-xl flex-wrap items-end gap-2">
          {refs.map((ref) => (
            <input key={ref} type="hidden" name="f" value={ref} />
          ))}
          <label className="flex min-w-0 flex-1 flex-col gap-1 text-ink-soft text-xs">
            {features.length === 1 ? "with which other" : "one more"}
            <input
              name="f"
              required
              pattern="[a-z0-9][a-z0-9._\-]*/[a-z0-9][a-z0-9._\-]*/\d+"
              title="<model>/<sae>/<number>"
              placeholder={refs[0] ?? "<model>/<sae>/<number>"}
              className="h-9 rounded-lg border border-line bg-panel px-3 font-mono text-ink text-sm placeholder:text-ink-faint pointer-coarse:h-11"
            />
          </label>
          <Button type="submit">Add</Button>
        </form>
      )}
    </>
  );
}
