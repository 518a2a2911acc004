import type { Receipt } from "@/lib/features/schema";
import { imageUrl } from "../viz/image-url";

interface Props {
  image: NonNullable<Receipt["image"]>;
  alt: string;
  /** What the judge saw: the rest is veiled. */
  region?: Receipt["region"];
}

/** One image of a receipt, what the judge did not see under a veil. */
export function ReceiptPicture({ image, alt, region }: Props) {
  return (
    <span className="relative block aspect-square w-full bg-mat">
      <img
        src={imageUrl(image.sha)}
        alt={region ? `${alt}, only a region of which was shown` : alt}
        width={image.width}
        height={image.height}
        loading="lazy"
        className="h-full w-full object-contain"
      />
      {region && (
        <svg
          viewBox={`0 0 ${image.width} ${image.height}`}
          className="absolute inset-0 h-full w-full"
          aria-hidden="true"
        >
          <path
            d={hiddenPath(region, image.width, image.height)}
            fillRule="evenodd"
            fill="var(--panel)"
            fillOpacity={0.78}
          />
        </svg>
      )}
    </span>
  );
}

/** The whole image with the seen cells cut out of it. */
function hiddenPath(
  { rows, cols, affine, cells }: NonNullable<Receipt["region"]>,
  width: number,
  height: number,
): string {
  const bytes = Uint8Array.from(atob(cells), (c) => c.charCodeAt(0));
  const [a = 1, , , d = 1, e = 0, f = 0] = affine;
  let path = `M0 0H${width}V${height}H0Z`;
  for (let cell = 0; cell < rows * cols; cell++) {
    if (!((bytes[cell >> 3] ?? 0) & (1 << (cell & 7)))) continue;
    const x = (c: number) => (a * c) / cols + e;
    const y = (r: number) => (d * r) / rows + f;
    const [r, c] = [Math.floor(cell / cols), cell % cols];
    path += `M${x(c)} ${y(r)}H${x(c + 1)}V${y(r + 1)}H${x(c)}Z`;
  }
  return path;
}
