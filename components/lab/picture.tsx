import type { ReactNode } from "react";

interface Props {
  sha: string;
  alt: string;
  /** In pixels; a picture whose size is not known yet is shown in a square. */
  size: { width: number; height: number } | null;
  /** What lies on it: the brush. */
  children?: ReactNode;
  /** Right end of the line below. */
  aside?: ReactNode;
}

/** The image that is asked about, as large as there is room, with its size and hash. */
export function Picture({ sha, alt, size, children, aside }: Props) {
  const { width, height } = size ?? { width: 1, height: 1 };
  return (
    <figure>
      <div className="grid place-items-center rounded-lg bg-mat p-1.5">
        <div
          className="relative w-full"
          style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(24rem * ${width / height})` }}
        >
          <img
            src={`/i/${sha}/512.webp`}
            alt={alt}
            {...(size && { width, height })}
            decoding="async"
            className="size-full rounded object-contain"
          />
          {children}
        </div>
      </div>
      <figcaption className="nums mt-1 flex items-center justify-between gap-2 text-2xs text-ink-faint">
        <span className="min-w-0 truncate" title={alt}>
          {size && `${width} × ${height} · `}
          {sha.slice(0, 12)}
        </span>
        {aside}
      </figcaption>
    </figure>
  );
}
