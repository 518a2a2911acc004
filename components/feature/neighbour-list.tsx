import { formatScore, statusWords } from "@/lib/features/format";
import type { Related } from "@/lib/features/relations/schema";
import type { Neighbour } from "@/lib/features/schema";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";

interface Props {
  items: readonly (Neighbour | Related)[];
  /** What to say when there are none. */
  none: string;
  ownSae: string;
}

/** Features with their strips and the value by which they are near. */
export function NeighbourList({ items, none, ownSae }: Props) {
  if (items.length === 0) return <p className="text-sm text-ink-soft">{none}</p>;
  return (
    <ul className="-mx-2 grid grid-cols-1 gap-0.5">
      {items.map((n) => (
        <li key={n.ref}>
          <Row neighbour={n} ownSae={ownSae} />
        </li>
      ))}
    </ul>
  );
}

function Row({ neighbour: n, ownSae }: { neighbour: Neighbour | Related; ownSae: string }) {
  const sae = n.ref.split("/")[1];
  return (
    <Link
      href={`/${n.ref}`}
      className="grid grid-cols-[8rem_1fr_auto] items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-sunken"
    >
      <ContactStrip src={n.strip} />
      <span className="min-w-0">
        <span className={`block truncate text-sm ${n.label ? "" : "text-ink-faint"}`}>
          {n.label ?? statusWords(n.status)}
        </span>
        <span className="nums block truncate text-2xs text-ink-faint">
          {sae !== ownSae && `${sae} `}#{n.index}
          {"n" in n && n.n !== null && ` · ${n.n} samples in common`}
        </span>
      </span>
      <span className="nums text-xs text-ink-soft">{formatScore(n.value)}</span>
    </Link>
  );
}
