import type { Story } from "@/lib/stories/schema";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";

/** Findings to walk through, a minute each; a row scrolls sideways on a phone. */
export function StoryRow({ stories }: { stories: readonly Story[] }) {
  return (
    <section aria-label="Stories">
      <div className="mb-2.5 flex items-baseline gap-3">
        <h2 className="text-lg font-semibold">Stories</h2>
        <p className="truncate text-sm text-ink-faint max-sm:hidden">
          one finding each, seen on the live pages in 60 seconds
        </p>
      </div>
      <ol className="-mx-4 grid snap-x auto-cols-[15.5rem] grid-flow-col gap-3 overflow-x-auto px-4 pb-1 sm:mx-0 sm:grid-flow-row sm:grid-cols-3 sm:overflow-visible sm:px-0 lg:grid-cols-5">
        {stories.map((story, i) => (
          <li key={story.name} className="snap-start">
            <StoryLink story={story} n={i + 1} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function StoryLink({ story, n }: { story: Story; n: number }) {
  const { title, about, strip, image, steps, missing } = story;
  const [first] = steps;
  return (
    <Link
      href={first?.href ?? missing?.href ?? "/runs"}
      className="flex h-full flex-col rounded-xl border border-line bg-panel p-2.5 shadow-lift transition-colors hover:border-line-strong"
    >
      {image ? <OnePicture sha={image} /> : <ContactStrip src={strip} />}
      <span className="mt-2 flex items-baseline gap-2 px-0.5 font-medium">
        <span className="nums text-ink-faint text-sm">{n}</span>
        {title}
      </span>
      <span className="mt-0.5 px-0.5 text-ink-soft text-sm">{missing ? `Not yet: ${missing.words}` : about}</span>
      <span className="nums mt-auto px-0.5 pt-2 text-2xs text-ink-faint">
        {missing ? missing.link : `${steps.length} steps`}
      </span>
    </Link>
  );
}

/** A picture in the place of a strip of four. */
function OnePicture({ sha }: { sha: string }) {
  return (
    <span className="block aspect-[4/1] w-full overflow-hidden rounded-md bg-mat">
      <img
        src={`/i/${sha}/256.webp`}
        alt=""
        width={256}
        height={256}
        loading="lazy"
        decoding="async"
        className="size-full object-cover"
      />
    </span>
  );
}
