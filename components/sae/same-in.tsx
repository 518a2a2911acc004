import { Link } from "../ui/link";

interface Props {
  /** SAEs as `<model>/<sae>`. */
  refs: readonly string[];
  hrefOf: (ref: string) => string;
}

/** Leads to the same view of other SAEs: whoever switches keeps filters, order and look. */
export function SameIn({ refs, hrefOf }: Props) {
  const oneModel = new Set(refs.map((ref) => ref.split("/")[0])).size === 1;
  return refs.length > 0 ? (
    <p data-same-in className="text-ink-faint text-sm">
      same view of{" "}
      {refs.map((ref, i) => (
        <span key={ref}>
          {i > 0 && ", "}
          <Link href={hrefOf(ref)} className="rounded font-mono text-xs underline underline-offset-2 hover:text-ink">
            {oneModel ? ref.split("/")[1] : ref}
          </Link>
        </span>
      ))}
    </p>
  ) : null;
}
