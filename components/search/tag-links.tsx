import { Link } from "../ui/link";

/** Tags of images, each leading to the features that it finds. */
export function TagLinks({ tags }: { tags: readonly string[] }) {
  return tags.map((tag) => (
    <Link
      key={tag}
      href={`/search?q=${encodeURIComponent(tag)}`}
      className="rounded text-ink-soft underline decoration-line-strong decoration-dotted underline-offset-4 hover:text-ink"
    >
      {tag}
    </Link>
  ));
}
