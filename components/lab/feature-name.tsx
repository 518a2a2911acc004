import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";

interface Props {
  /** `model/sae/index`. */
  feature: string;
  label: string | null;
  strip: string | null;
}

/** A feature by its pictures, label and number, linked to its page. */
export function FeatureName({ feature, label, strip }: Props) {
  return (
    <Link href={`/${feature}`} className="group flex min-w-0 items-center gap-2.5 rounded">
      {strip && (
        <span className="w-24 shrink-0 max-sm:hidden">
          <ContactStrip src={strip} />
        </span>
      )}
      <span className="min-w-0">
        <span className="block truncate group-hover:underline">
          {label ?? <span className="text-ink-faint italic">no label</span>}
        </span>
        <span className="nums block text-2xs text-ink-faint">#{feature.split("/").at(-1)}</span>
      </span>
    </Link>
  );
}
