import type { Sample } from "@/lib/samples/schema";
import { TagLinks } from "../search/tag-links";
import { CopyButton } from "../ui/copy-button";
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
          <TagLinks tags={tags} />
        </p>
      )}
    </PageHead>
  );
}
