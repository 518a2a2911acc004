import type { Feature } from "@/lib/features/schema";
import { buttonClass } from "../ui/button";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { PageHead } from "../ui/page-head";

interface Props {
  feature: Pick<Feature, "ref" | "model" | "sae" | "index" | "label">;
  /** Versions that the address names. */
  wanted: string;
  /** Versions that are kept. */
  current: string | null;
}

/** A citation of evidence that was collected anew since: says so, and leads on. */
export function VersionGone({ feature, wanted, current }: Props) {
  return (
    <>
      <PageHead
        crumbs={[
          { label: feature.model, href: `/${feature.model}` },
          { label: feature.sae, href: `/${feature.model}/${feature.sae}` },
          { label: `#${feature.index}` },
        ]}
        title="This version is no longer kept"
      />
      <Empty
        title={`Evidence ${wanted} was collected anew`}
        action={
          <>
            <Link href={`/${feature.ref}`} className={buttonClass("solid")}>
              Open the newest evidence
            </Link>
            {feature.label.text && (
              <Link href={`/search?q=${encodeURIComponent(feature.label.text)}`} className={buttonClass()}>
                Search “{feature.label.text}”
              </Link>
            )}
          </>
        }
      >
        <p>
          The address names versions of the SAE and of its evidence.{" "}
          {current ? `Newer evidence exists: ${current}. ` : ""}
          If the first half has changed, this number may stand for another feature now.
        </p>
        <p className="mt-2 font-mono text-xs">410 · VERSION_GONE</p>
      </Empty>
    </>
  );
}
