import type { Card } from "@/lib/share/cards/types";
import type { EmbedView } from "@/lib/share/embed/format";
import { BackLink, EmbedFrame } from "./embed-frame";
import { stillUrl } from "./still-url";

/** A run on a foreign page: what was asked, and what came out. */
export function EmbedRun({ card, id, view }: { card: Card; id: string; view: EmbedView }) {
  const { show } = view;
  const picture = show.has("images") ? card.pictures[0] : undefined;
  return (
    <EmbedFrame view={view}>
      <article className="flex flex-col gap-3">
        <header>
          {show.has("label") && <h1 className="font-semibold text-lg">{card.title}</h1>}
          {show.has("numbers") && <p className="text-ink-faint text-xs">{card.facts.join(" · ")}</p>}
        </header>
        <div className={picture ? "grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-4" : ""}>
          {picture && (
            <img src={stillUrl(picture.sha)} alt="What is asked about" className="w-full rounded-lg bg-mat" />
          )}
          {show.has("text") && (
            <dl className="flex flex-col gap-2 text-sm">
              {card.lines.map(({ name, text, strong }) => (
                <div key={name}>
                  <dt className="text-ink-faint text-xs">{name}</dt>
                  <dd className={strong ? "font-medium text-accent" : ""}>{text}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
        {show.has("link") && <BackLink href={`/run/${id}`}>This run on Fovea</BackLink>}
      </article>
    </EmbedFrame>
  );
}
