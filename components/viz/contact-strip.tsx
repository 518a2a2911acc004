import { cx } from "../ui/class-names";

interface Props {
  src: string | null;
  /** "" when a label beside it says the same. */
  alt?: string;
  className?: string;
  eager?: boolean;
}

/** Four thumbs of a feature as one image of 384 x 96 px: one request per row of a list. */
export function ContactStrip({ src, alt = "", className, eager }: Props) {
  if (!src) {
    return (
      <div
        className={cx(
          "grid aspect-[4/1] w-full place-items-center rounded-md bg-sunken text-2xs text-ink-faint",
          className,
        )}
        aria-hidden={alt === ""}
      >
        no images
      </div>
    );
  }
  return (
    <div className={cx("aspect-[4/1] w-full overflow-hidden rounded-md bg-mat", className)}>
      <img
        src={src}
        alt={alt}
        width={384}
        height={96}
        loading={eager ? "eager" : "lazy"}
        decoding="async"
        className="size-full object-cover"
      />
    </div>
  );
}
