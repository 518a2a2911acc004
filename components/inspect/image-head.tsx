import type { Sample } from "@/lib/samples/schema";
import { CopyButton } from "../ui/copy-button";
import { Link } from "../ui/link";
import { PageHead } from "../ui/page-head";

/** What a stored image is: its words, tags, data set and licence. */
export function ImageHead({ sample }: { sample: Sample }) {
  const { image, tags, datasets, sha } = sample;
  return (
    <PageHead
      title={image?.caption ?? "Everything that fires here"}
      actions={<CopyButton label="Copy link" keys="." />}
    >
      <p>
        {image && `${image.width} × ${image.height} · `}
        {datasets.map((d) => `${d.slug} #${d.ordinal}`).join(", ")}
        {image?.licence && ` · ${image.licence}`} · <span className="font-mono text-xs">{sha.slice(0, 12)}</span>
      </p>
      {tags.length > 0 && (
        <p className="mt-1 flex flex-wrap gap-x-2">
          {tags.map((tag) => (
            <Link
              key={tag}
              href={`/search?q=${encodeURIComponent(tag)}`}
              className="rounded text-ink-soft underline decoration-line-strong decoration-dotted underline-offset-4 hover:text-ink"
            >
              {tag}
            </Link>
          ))}
        </p>
      )}
    </PageHead>
  );
}
